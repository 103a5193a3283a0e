using System.Text;
using FsCheck;
using FsCheck.Fluent;
using LeadGrains.Grains.Names;
using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Tests.Names;

public sealed class NameTableTests
{
    private readonly NodeKeys _keys = new(1);
    private readonly NameTable _names;
    private readonly KeyPlace _seeker;

    public NameTableTests()
    {
        _keys.Add(0, new ResidentTable(), new ResidentTable());
        _names = new NameTable(_keys);
        _seeker = Place(_keys.ContactsOf(0), "ada");
    }

    [Fact]
    public void State_WhenTheClaimantIsClaimedItself_LeadsToTheLastInAnyOrder()
    {
        (string, string)[] stated = [("x", "y"), ("y", "z"), ("z", "")];

        foreach (var order in new[] { (0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0) })
        {
            var names = new NameTable(_keys);
            foreach (var (account, leadsTo) in new[] { stated[order.Item1], stated[order.Item2], stated[order.Item3] })
                names.State(Account(account), Name("acme"), leadsTo, out _);
            Assert.Equal("z", names.Seek(_seeker, Name("acme")));
        }
    }

    [Fact]
    public void State_WhenTheLastOfAChainIsAnother_TellsWhoSeeks()
    {
        Assert.Equal("", _names.Seek(_seeker, Name("acme")));
        Assert.Equal([_seeker], _names.State(Account("x"), Name("acme"), "y", out var first));
        Assert.Equal([_seeker], _names.State(Account("y"), Name("acme"), "z", out var second));
        Assert.Empty(_names.State(Account("z"), Name("acme"), "z", out var third));
        Assert.Equal([_seeker], _names.State(Account("other"), Name("acme"), "", out var ambiguous));

        Assert.Equal(("y", "z", "z", ""), (first, second, third, ambiguous));
    }

    [Fact]
    public void State_WhenAccountsLeadInACircle_FindsNone()
    {
        _names.State(Account("x"), Name("acme"), "y", out _);
        _names.State(Account("y"), Name("acme"), "x", out var found);

        Assert.Equal("", found);
    }

    [Fact]
    public void KeyOf_WhenWorkspacesDiffer_KeepsNamesApart()
    {
        _names.State(Account("x"), Name("acme"), "", out _);

        Assert.Equal("", _names.Seek(_seeker, NameTable.KeyOf("other", "acme")));
        Assert.Equal("x", _names.Seek(_seeker, Name("acme")));
    }

    /// <summary>Few accounts, contacts and names, so that names are shared, left and taken again.</summary>
    [Fact]
    public void State_WhenNamesComeAndGo_FindsAndTellsAsWrittenDownPlainly() =>
        Prop.ForAll<(byte Kind, byte Who, byte Name, byte LeadsTo)[]>(steps =>
        {
            var names = new NameTable(_keys);
            var plain = new PlainNames();
            foreach (var (kind, who, name, leadsTo) in steps.Concat(steps.Reverse()))
            {
                if (!Agree(names, plain, kind % 6, $"{who % 4}", $"name {name % 3}", leadsTo % 3 == 0 ? $"{leadsTo % 4}" : ""))
                    return false;
            }

            return names.Count == plain.Count;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void MemoryBytes_WhenEachNameIsOneAccounts_IsUnderThirtyThreeForEach()
    {
        for (var i = 0; i < 50_000; i++)
            _names.State(Account($"{i % 3}"), Name($"company {i}"), "", out _);

        Assert.InRange(_names.MemoryBytes / 50_000.0, 25, 33);
    }

    private bool Agree(NameTable names, PlainNames plain, int kind, string who, string name, string leadsTo)
    {
        var contact = Place(_keys.ContactsOf(0), who);
        switch (kind)
        {
            case 0:
                names.Leave(contact, Name(name));
                plain.Leave(contact, name);
                return true;
            case 1:
                return names.Seek(contact, Name(name)) == plain.Seek(contact, name);
            default:
                var stated = kind == 2 ? null : leadsTo;
                var told = names.State(Account(who), Name(name), stated, out var found);
                var expected = plain.State(who, name, stated is { Length: 0 } ? who : stated, out var plainly);
                return found == plainly && told.ToHashSet().SetEquals(expected);
        }
    }

    private KeyPlace Account(string id) => Place(_keys.AccountsOf(0), id);

    private static KeyPlace Place(ResidentTable table, string id) =>
        new(0, table.FindOrAdd(KeyHash.Of(new GrainKey(Workspaces.Default, GrainKind.Account, id)), 0, Encoding.UTF8.GetBytes(id), out _));

    private static NameKey Name(string name) => NameTable.KeyOf(Workspaces.Default, name);
}
