using System.Text;
using FsCheck;
using FsCheck.Fluent;
using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Tests.Node;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Contacts;

/// <summary>Which of the addresses that signals bring counts.</summary>
public sealed class AccountMembershipTests
{
    private static readonly string[] Addresses =
        ["ann@acme.com", "ann@mail.rival.co.uk", "ann@gmail.com", "ann@web.de", "n/a", "Ann <ann@acme.com>", "ann@acme.com ", "ann@co.uk", "-"];

    [Theory]
    [InlineData("n/a")]
    [InlineData("Ann <ann@rival.com>")]
    [InlineData("ann@rival.com ")]
    [InlineData("ann@gmail.com")]
    [InlineData("ann@co.uk")]
    public void Signal_WhenANewerAddressNamesNoAccount_StaysWithTheOneThatDoes(string newer)
    {
        var membership = Of(("ann@acme.com", 1), (newer, 2));

        Assert.Equal(("acme.com", "ann@acme.com"), (membership.AccountId, Email(membership)));
    }

    [Theory]
    [InlineData("n/a")]
    [InlineData("ann@gmail.com")]
    public void Signal_WhenAnOlderAddressNamesAnAccount_TakesIt(string newer)
    {
        var membership = Of((newer, 2), ("ann@acme.com", 1));

        Assert.Equal(("acme.com", "ann@acme.com"), (membership.AccountId, Email(membership)));
    }

    [Fact]
    public void Signal_WhenTwoNameAccounts_TakesTheNewest()
    {
        Assert.Equal("rival.com", Of(("ann@acme.com", 1), ("ann@rival.com", 2)).AccountId);
        Assert.Equal("rival.com", Of(("ann@rival.com", 2), ("ann@acme.com", 1)).AccountId);
        Assert.Equal("acme.com", Of(("ann@rival.com", 2), ("ann@acme.com", 1), ("ann@acme.com", 3)).AccountId);
    }

    [Fact]
    public void Signal_WhenNothingNamesAnAccount_KeepsTheNewestAddressAndSaysWhy()
    {
        Assert.Equal("no account_id, e-mail or company is known", Why(Of()));
        Assert.Equal("e-mail \"n/a\" is no address", Why(Of(("n/a", 1))));
        Assert.Equal("e-mail domain web.de names no account", Why(Of(("ann@gmail.com", 1), ("ann@web.de", 2), ("n/a", 3))));
    }

    [Fact]
    public void Signal_InWhateverOrderWithARestoreBetween_LeavesTheSame() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Arb.From(Gen.Choose(0, 1_000_000)), SameInWhateverOrder));

    private static void SameInWhateverOrder(int seed)
    {
        var random = new Random(seed);
        (string Email, int At)[] signals = [.. Enumerable.Range(1, 8).Select(at => (Addresses[random.Next(Addresses.Length)], at))];
        var expected = Of(signals);

        random.Shuffle(signals);
        var restored = Restored(Of(signals[..4]));
        foreach (var (email, at) in signals[4..])
            Take(restored, email, at);

        Assert.Equal((expected.AccountId, Email(expected), expected.SignalledEmailAt), (restored.AccountId, Email(restored), restored.SignalledEmailAt));
    }

    [Fact]
    public async Task Signal_WhenAnAddressIsNone_LeavesTheContactInItsAccountAlsoAfterAReplay()
    {
        var node = await TestNode.StartAsync();
        var at = node.Clock.GetUtcNow().AddMinutes(-5);
        await node.SendAsync(TestSignals.Of("1", "ann", "demo_requested", at, email: "ann@acme.com"));

        await node.SendAsync(
            TestSignals.Of("2", "ann", "demo_requested", at.AddMinutes(1), email: "n/a"),
            TestSignals.Of("3", "ann", "demo_requested", at.AddMinutes(2), email: "ann@gmail.com"));

        Assert.Equal(("acme.com", "domain"), ((await node.ContactAsync("ann"))!.AccountId, (await node.ContactAsync("ann"))!.AccountMatch));
        await using var next = await node.CrashAndRestartAsync();
        Assert.Equal("acme.com", (await next.ContactAsync("ann"))!.AccountId);
        Assert.Equal(1u, (await next.AccountAsync("acme.com"))!.ContactCount);
    }

    private static AccountMembership Of(params (string Email, int At)[] signals)
    {
        var membership = new AccountMembership();
        foreach (var (email, at) in signals)
            Take(membership, email, at);
        return membership;
    }

    private static void Take(AccountMembership membership, string email, int at) =>
        membership.Signal(Encoding.UTF8.GetBytes(email), [], new Instant(at), FreeMail.Default);

    private static AccountMembership Restored(AccountMembership from)
    {
        var membership = new AccountMembership();
        membership.Restore(from.Email, from.EmailUpserted, from.SignalledEmailAt, [], [], from.SignalledAccountAt, [], ("", ""), "", FreeMail.Default);
        return membership;
    }

    private static string Email(AccountMembership membership) => Encoding.UTF8.GetString(membership.Email);

    private static string Why(AccountMembership membership) => AccountMatch.Of(membership).Reason;
}
