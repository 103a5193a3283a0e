using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Tests.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Rollup;

public sealed class ContributionTableTests
{
    private static readonly Instant Now = RandomRows.Now;

    [Fact]
    public void Put_WhenAContactIsNew_AddsItTimesItsWeight()
    {
        var accounts = new RolledAccounts();

        Assert.True(accounts.Put(Contact("a", 1, 10, weight: 1.5)));
        Assert.True(accounts.Put(Contact("b", 1, 4)));

        Assert.Equal(19, PointsBeforeBreadth(accounts), 1e-9);
        Assert.Equal(2, accounts.Columns.ContactCount[0]);
        Assert.Equal(2, accounts.Columns.ScoreAt(0, Now).Engaged, 1e-9);
        Assert.Equal(19 * 1.25, accounts.Columns.ScoreAt(0, Now).IntentPoints, 1e-9);
        Assert.Equal(19, accounts.Columns.ScoreAt(0, Now).Velocity);
        Assert.Equal(Now, accounts.Columns.LastSignalAt(0));
        Assert.True(accounts.Columns.Has(0, RankFlags.HasContribution));
        Assert.Equal(["a", "b"], accounts.ContactsOf(0).Order());
    }

    // Version by version: an upsert only, a signal, the same again, disqualified, and gone.
    [Fact]
    public void Put_WhenAContactHadSignalsAndHasNone_SaysSoOnce()
    {
        var accounts = new RolledAccounts();
        Message[] messages =
        [
            new("a", 0, 1), Contact("a", 2, 1), Contact("a", 3, 2), new("a", 0, 4), new("a", 0, 5), Contact("a", 6, 1),
            new("a", 0, 7) { Withdrawn = true }, new("a", 0, 8) { Withdrawn = true }, new("a", 0, 9),
        ];

        List<long> losing = [];
        foreach (var message in messages)
        {
            accounts.Table.Put(0, accounts.Contacts.AsContribution(message), accounts.Columns.Sums.Landmarks, Now, out var lostSignals);
            if (lostSignals)
                losing.Add(message.Version);
        }

        Assert.Equal([4L, 7L], losing);
    }

    [Fact]
    public void Put_WhenTheVersionIsGreater_ReplacesTheOneBefore()
    {
        var accounts = new RolledAccounts();
        accounts.Put(Contact("a", 1, 10));

        Assert.True(accounts.Put(Contact("a", 3, 25, weight: 2)));
        Assert.Equal(50, PointsBeforeBreadth(accounts), 1e-9);
        Assert.Equal(1, accounts.Table.CountOf(0));
        Assert.Equal(1, accounts.Columns.ContactCount[0]);
        Assert.Equal(50, accounts.Columns.ScoreAt(0, Now).Velocity);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Put_WhenTheVersionIsNotGreater_ChangesNothing(long version)
    {
        var accounts = new RolledAccounts();
        accounts.Put(Contact("a", 3, 10));
        var before = accounts.Bits(0);

        Assert.False(accounts.Put(Contact("a", version, 99)));
        Assert.False(accounts.Put(new Message("a", 0, version) { Withdrawn = true }));
        Assert.Equal(before, accounts.Bits(0));
    }

    [Fact]
    public void Put_WhenItHasNoPointsAndNoSignal_StillMakesTheAccountExist()
    {
        var accounts = new RolledAccounts();
        accounts.Put(new Message("a", 0, 1));

        Assert.True(accounts.Columns.Has(0, RankFlags.Known));
        Assert.False(accounts.Columns.Has(0, RankFlags.HasSignal));
        Assert.Equal(0, accounts.Columns.ContactCount[0]);
        Assert.Null(accounts.Columns.LastSignalAt(0));
    }

    [Fact]
    public void Put_WhenWithdrawn_LeavesNothingBehind()
    {
        var accounts = new RolledAccounts();
        accounts.Put(Contact("a", 1, 0.1, weight: 1.3));
        accounts.Put(Contact("b", 1, 1e9 / 3));
        accounts.Put(new Message("b", 0, 2) { Withdrawn = true });
        Assert.Equal(0.13, PointsBeforeBreadth(accounts), 1e-15);

        accounts.Put(new Message("a", 0, 2) { Withdrawn = true });

        Assert.All(accounts.SumsOf(0), sum => Assert.Equal(0, sum));
        Assert.Equal(0, accounts.Columns.Engaged[0][0]);
        Assert.Equal(0, accounts.Columns.ScoreAt(0, Now).Velocity);
        Assert.Equal(RankFlags.None, accounts.Columns.Flags[0]);
        Assert.Equal(0, accounts.Columns.ContactCount[0]);
        Assert.Equal(2, accounts.Table.WithdrawnCount);
        Assert.Empty(accounts.ContactsOf(0));
    }

    [Fact]
    public void Put_WhenAnOlderOneComesAfterTheWithdrawal_DoesNotBringTheContactBack()
    {
        var accounts = new RolledAccounts();
        Assert.True(accounts.Put(new Message("a", 0, 5) { Withdrawn = true }));

        Assert.False(accounts.Put(Contact("a", 4, 10)));
        Assert.False(accounts.Columns.Has(0, RankFlags.Known));
        Assert.True(accounts.Put(Contact("a", 6, 10)));
        Assert.Equal(10, PointsBeforeBreadth(accounts), 1e-9);
        Assert.Equal(0, accounts.Table.WithdrawnCount);
    }

    /// <summary>All points of a contact that has moved go to its new account, in whatever order both are told.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Put_WhenAContactMoves_TakesAllItsPointsAlong(bool formerIsToldFirst)
    {
        var accounts = new RolledAccounts(accounts: 2);
        accounts.Put(Contact("a", 1, 30));
        var moved = new[] { new Message("a", 0, 2) { Withdrawn = true }, Contact("a", 2, 31) with { Account = 1 } };

        foreach (var message in formerIsToldFirst ? moved : moved.Reverse())
            Assert.True(accounts.Put(message));
        Assert.False(accounts.Put(Contact("a", 1, 30)));

        Assert.Equal(0, PointsBeforeBreadth(accounts));
        Assert.Equal(31, PointsBeforeBreadth(accounts, account: 1), 1e-9);
        Assert.Equal(["a"], accounts.ContactsOf(1));
    }

    [Fact]
    public void Put_WhenTwoContactsHaveTheSameHash_KeepsThemApart()
    {
        var accounts = new RolledAccounts();
        accounts.Put(Contact("a", 1, 1) with { Hash = 9 });
        accounts.Put(Contact("b", 1, 2) with { Hash = 9 });
        accounts.Put(Contact("a", 2, 4) with { Hash = 9 });

        Assert.Equal(6, PointsBeforeBreadth(accounts), 1e-9);
        Assert.Equal(2, accounts.Table.CountOf(0));
    }

    [Fact]
    public void Put_WhenTheNewestSignalIsWithdrawn_GoesBackToTheOneBefore()
    {
        var accounts = new RolledAccounts();
        accounts.Put(Contact("a", 1, 1) with { LastSignalAt = Now + TimeSpan.FromDays(-9) });
        accounts.Put(Contact("b", 1, 1));
        accounts.Put(new Message("b", 0, 2) { Withdrawn = true });
        Assert.Equal(Now + TimeSpan.FromDays(-9), accounts.Columns.LastSignalAt(0));

        accounts.Columns.SetPoints(0, new double[accounts.Columns.Sums.Count], GroupSet.All, Now + TimeSpan.FromDays(-3), default);
        accounts.Put(new Message("a", 0, 2) { Withdrawn = true });

        Assert.Equal(Now + TimeSpan.FromDays(-3), accounts.Columns.LastSignalAt(0));
    }

    [Fact]
    public void Put_WhenPointsAreTakenAway_MakesTheGuardDue()
    {
        var accounts = new RolledAccounts();
        accounts.Put(Contact("a", 1, 10));
        foreach (var (message, due) in new[]
        {
            (Contact("a", 2, 11), false),
            (Contact("b", 1, 1), false),
            (Contact("a", 3, 10.5), true),
            (Contact("a", 4, 10.5, weight: 0.5), true),
            (Contact("c", 1, -1), true),
            (new Message("b", 0, 2) { Withdrawn = true }, true),
        })
        {
            accounts.Columns.GuardAt[0] = long.MaxValue;
            Assert.True(accounts.Put(message));
            Assert.Equal(due, accounts.Columns.GuardAt[0] <= Now.Ticks);
        }
    }

    [Fact]
    public void ForgetWithdrawn_WhenTheyAreOldEnough_LetsGoOfTheirMemory()
    {
        var accounts = new RolledAccounts();
        for (var i = 0; i < 100; i++)
            accounts.Put(new Message($"c{i}", 0, 1) { Withdrawn = true }, Now + TimeSpan.FromMinutes(i));
        var memory = accounts.Table.MemoryBytes;

        accounts.Table.ForgetWithdrawn(Now + TimeSpan.FromMinutes(60));
        Assert.Equal(40, accounts.Table.WithdrawnCount);
        Assert.Equal(40, accounts.Table.Count);
        Assert.False(accounts.Put(Contact("c60", 1, 1)));

        for (var i = 0; i < 60; i++)
            accounts.Put(new Message($"d{i}", 0, 1) { Withdrawn = true }, Now + TimeSpan.FromHours(2));
        Assert.Equal(memory, accounts.Table.MemoryBytes);
        for (var i = 0; i < 60; i++)
            Assert.True(accounts.Put(Contact($"c{i}", 1, 1) with { Velocity = default }));
        Assert.Equal(60, PointsBeforeBreadth(accounts), 1e-9);
    }

    [Fact]
    public void RecomputeDue_WhenAnAccountHasChangedOften_RecomputesIt()
    {
        var accounts = new RolledAccounts();
        for (var version = 1; version < 1_024; version++)
            accounts.Put(Contact("a", version, version));
        Assert.False(accounts.Table.HasDue);
        accounts.Put(Contact("a", 1_024, 1_024));
        Assert.True(accounts.Table.HasDue);

        accounts.Table.RecomputeDue();

        Assert.False(accounts.Table.HasDue);
        Assert.Equal(1_024 * RolledAccounts.One(0), accounts.SumsOf(0)[0]);
    }

    [Fact]
    public void RecomputeDue_WhenMoreWaitThanATurnMayTake_GoesOnInTheNextTurn()
    {
        var accounts = new RolledAccounts(accounts: 50);
        for (var i = 0; i < 500; i++)
            accounts.Put(Contact($"c{i}", 1, 1) with { Account = i % 50 });
        accounts.Columns.AdvanceTo(Now + TimeSpan.FromDays(7 * 32));

        var turns = 0;
        do
        {
            accounts.Table.RecomputeDue(contributions: 100);
            turns++;
        }
        while (accounts.Table.HasDue);

        Assert.InRange(turns, 5, 7);
    }

    private static Message Contact(string id, long version, double points, double weight = 1)
    {
        var sums = new double[Models.Staged.Columns.Length];
        sums[0] = points * RolledAccounts.One(0);
        var velocity = default(Velocity);
        velocity.Add(Now.UtcDay, points);
        return new Message(id, 0, version) { Sums = sums, Weight = weight, LastSignalAt = Now, EngagedAt = Now, Velocity = velocity };
    }

    private static double PointsBeforeBreadth(RolledAccounts accounts, int account = 0) =>
        accounts.SumsOf(account)[0] / RolledAccounts.One(0);
}
