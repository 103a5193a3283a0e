using FsCheck;
using FsCheck.Fluent;
using LeadGrains.Grains.Tests.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Rollup;

public sealed class RollupOrderTests
{
    /// <summary>Any order, any duplicates, any recomputation in between.</summary>
    [Fact]
    public void Recompute_WhenMessagesComeInAnyOrder_GivesTheSameBits() =>
        Prop.ForAll<int>(seed => OrdersAgree(seed, contacts: 20, accounts: 4)).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Recompute_WhenAnAccountIsLarge_GivesTheSameBits(int seed) => Assert.True(OrdersAgree(seed, contacts: 700, accounts: 2));

    [Theory]
    [InlineData(4, 20, 4)]
    [InlineData(5, 500, 2)]
    [InlineData(6, 2_000, 1)]
    public void Put_WhenNothingWasRecomputed_KeepsSumsToABillionth(int seed, int contacts, int accounts)
    {
        var random = new Random(seed);
        var history = Histories(random, contacts, accounts);
        var rolled = Deliver(random, history, accounts, recompute: false);
        for (var account = 0; account < accounts; account++)
        {
            var last = Newest(history, account).ToList();
            for (var c = 0; c < Models.Staged.Columns.Length; c++)
                AssertClose(last.Select(message => message.Weight * message.Sums[c]), rolled.SumsOf(account)[c], seed);
            var engaged = rolled.Columns.Engaged;
            AssertClose(
                last.Where(message => message.EngagedAt is not null).Select(message => engaged.Landmarks[0].WeightOf(message.EngagedAt!.Value, engaged.HalfLives[0])),
                engaged[0][account], seed);
            Assert.Equal(last.Count(message => message.LastSignalAt is not null), rolled.Columns.ContactCount[account]);
            Assert.Equal(last.Count, rolled.Table.CountOf(account));
        }
    }

    /// <summary>Many changes of one account, where plain addition would drift.</summary>
    [Fact]
    public void Put_WhenAnAccountChangesAllTheTime_DoesNotDrift()
    {
        var random = new Random(7);
        var rolled = new RolledAccounts();
        var last = new Message?[100];
        for (var version = 1; version <= 200_000; version++)
        {
            var contact = random.Next(last.Length);
            var sums = new double[Models.Staged.Columns.Length];
            sums[0] = random.NextDouble() * RolledAccounts.One(0);
            last[contact] = new Message($"c{contact}", 0, version) { Sums = sums };
            rolled.Put(last[contact]!);
        }

        AssertClose(last.Select(message => message!.Sums[0]), rolled.SumsOf(0)[0], 7, 1e-15);
    }

    private static bool OrdersAgree(int seed, int contacts, int accounts)
    {
        var random = new Random(seed);
        var history = Histories(random, contacts, accounts);
        var first = Deliver(random, history, accounts, recompute: true);
        var second = Deliver(random, history, accounts, recompute: true);
        for (var account = 0; account < accounts; account++)
        {
            first.Table.Recompute(account);
            second.Table.Recompute(account);
            if (first.Bits(account) != second.Bits(account))
                return false;
        }

        return true;
    }

    private static RolledAccounts Deliver(Random random, List<Message> history, int accounts, bool recompute)
    {
        var rolled = new RolledAccounts(accounts);
        var sent = history.Concat(history.Where(_ => random.Next(3) == 0)).ToArray();
        random.Shuffle(sent);
        foreach (var message in sent)
        {
            rolled.Put(message);
            if (recompute && random.Next(50) == 0)
                rolled.Table.Recompute(random.Next(accounts));
            if (recompute && random.Next(50) == 0)
                rolled.Table.RecomputeDue();
        }

        return rolled;
    }

    private static IEnumerable<Message> Newest(List<Message> history, int account) =>
        history.Where(message => message.Account == account)
            .GroupBy(message => message.Contact)
            .Select(messages => messages.MaxBy(message => message.Version)!)
            .Where(message => !message.Withdrawn);

    private static void AssertClose(IEnumerable<double> terms, double actual, int seed, double tolerance = 1e-9)
    {
        var all = terms.ToList();
        var bound = tolerance * all.Sum(Math.Abs);
        Assert.True(Math.Abs(all.Sum() - actual) <= bound, $"seed {seed}: {actual} is not {all.Sum()}");
    }

    // Contacts that score, move, are withdrawn and come back; those with equal hashes among them.
    private static List<Message> Histories(Random random, int contacts, int accounts)
    {
        var messages = new List<Message>();
        for (var i = 0; i < contacts; i++)
        {
            int? account = null;
            var name = $"contact {i}";
            ulong? hash = random.Next(4) == 0 ? (ulong)random.Next(3) : null;
            for (var version = 1; version <= random.Next(1, 12); version++)
            {
                var former = account;
                account = random.Next(6) switch { 0 => null, 1 => random.Next(accounts), _ => account ?? random.Next(accounts) };
                if (former is { } left && left != account)
                    messages.Add(new Message(name, left, version) { Withdrawn = true, Hash = hash });
                if (account is { } now)
                    messages.Add(Contribution(random, name, now, version) with { Hash = hash });
            }
        }

        return messages;
    }

    private static Message Contribution(Random random, string name, int account, int version)
    {
        var velocity = default(Velocity);
        for (var i = random.Next(3); i > 0; i--)
            velocity.Add(RandomRows.Now.UtcDay - random.Next(20), random.NextDouble() * 30 - 5);
        var last = random.Next(8) == 0 ? (Instant?)null : RandomRows.Now + TimeSpan.FromSeconds(-random.Next(100_000_000));
        return new Message(name, account, version)
        {
            Weight = new[] { 0.5, 1, 1.5, 1 / 3.0 }[random.Next(4)],
            Sums = [.. Models.Staged.Columns.Select(_ => random.Next(4) == 0 ? 0 : (random.NextDouble() * 90 - 10) * Math.Pow(2, random.Next(-30, 33)))],
            LastSignalAt = last,
            EngagedAt = random.Next(3) == 0 ? null : last,
            Velocity = velocity,
        };
    }
}
