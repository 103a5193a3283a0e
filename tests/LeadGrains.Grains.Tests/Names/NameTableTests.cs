using LeadGrains.Grains.Names;

namespace LeadGrains.Grains.Tests.Names;

public sealed class NameTableTests
{
    private static readonly GrainKey Seeker = new(Workspaces.Default, GrainKind.Contact, "ada");

    private readonly NameTable _names = new();

    [Fact]
    public void State_WhenTheClaimantIsClaimedItself_LeadsToTheLastInAnyOrder()
    {
        (string, string)[] stated = [("x", "y"), ("y", "z"), ("z", "z")];

        foreach (var order in new[] { (0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0) })
        {
            var names = new NameTable();
            foreach (var (account, leadsTo) in new[] { stated[order.Item1], stated[order.Item2], stated[order.Item3] })
                names.State(Account(account), "acme", leadsTo, out _);
            Assert.Equal("z", names.Seek(Seeker, "acme"));
        }
    }

    [Fact]
    public void State_WhenTheLastOfAChainIsAnother_TellsWhoSeeks()
    {
        Assert.Equal("", _names.Seek(Seeker, "acme"));
        Assert.Equal([Seeker], _names.State(Account("x"), "acme", "y", out var first));
        Assert.Equal([Seeker], _names.State(Account("y"), "acme", "z", out var second));
        Assert.Empty(_names.State(Account("z"), "acme", "z", out var third));
        Assert.Equal([Seeker], _names.State(Account("other"), "acme", "other", out var ambiguous));

        Assert.Equal(("y", "z", "z", ""), (first, second, third, ambiguous));
    }

    [Fact]
    public void State_WhenAccountsLeadInACircle_FindsNone()
    {
        _names.State(Account("x"), "acme", "y", out _);
        _names.State(Account("y"), "acme", "x", out var found);

        Assert.Equal("", found);
    }

    private static GrainKey Account(string id) => new(Workspaces.Default, GrainKind.Account, id);
}
