using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Node;

public sealed class BuyingGroupTests
{
    private static readonly ScoringModel Model = ModelReader.Read("""
        name: group
        groups: {g: {half_life: 3d}}
        rules: [{name: r, label: R, signal: s, group: g, points: 6}]
        account: {engaged_half_life: 10d}
        roles:
          - {name: chief, trait: title, contains: chief, weight: 2}
          - {name: helper, trait: title, contains: assistant, weight: 1}
          - {name: user, trait: title, contains: engineer, weight: 1}
        buying_group: [user, chief]
        disqualify: [{name: student, trait: title, contains: student, reason: Student}]
        """).Model!;

    // Ten days are one half-life: chief and first engineer count 2^0 = 1 and 2^-1 = 0.5; a day later 2^-0.1 = 0.9330
    // and 2^-1.1 = 0.4665, so that the engineers no longer cover their role.
    [Fact]
    public async Task Account_WhenItsPeopleHaveRoles_SaysWhoCoversThemUntilTheyFade()
    {
        await using var node = await StartAsync();
        await PutAsync(node, "engineer", "Engineer");
        await SendAsync(node, "engineer");
        node.Clock.Advance(TimeSpan.FromDays(10));
        await PutAsync(node, "silent", "engineer of sound");
        await PutAsync(node, "chief", "Chief Engineer");
        await SendAsync(node, "chief");
        await PutAsync(node, "helper", "Assistant");
        await SendAsync(node, "helper");

        var group = (await node.AccountAsync("acme.com"))!.BuyingGroup!;
        Assert.Equal([("user", 2, 0.5, true), ("chief", 1, 1.0, true)], group.Roles.Select(Figures));
        Assert.Equal((2, 0), (group.Covered, group.Missing.Count));

        node.Clock.Advance(TimeSpan.FromDays(1));
        group = (await node.AccountAsync("acme.com"))!.BuyingGroup!;
        Assert.Equal([("user", 2, 0.4665, false), ("chief", 1, 0.933, true)], group.Roles.Select(Figures));
        Assert.Equal((1, "user"), (group.Covered, group.Missing.Single()));
        var explained = await node.Client.ExplainAccountAsync(Workspaces.Default, "acme.com", null, CancellationToken.None);
        Assert.Equal(["user"], explained!.Account.BuyingGroup!.Missing);
        Assert.Equal("chief", (await node.ContactAsync("chief"))!.Role);
        Assert.Equal("", (await RoleAsync(node, "nobody")));
    }

    [Fact]
    public async Task Account_WhenAContactIsDisqualifiedOrChangesRole_CountsItSo()
    {
        await using var node = await StartAsync();
        await PutAsync(node, "a", "engineer");
        await PutAsync(node, "b", "engineer");
        await SendAsync(node, "a");
        await SendAsync(node, "b");

        await PutAsync(node, "a", "student engineer");
        await PutAsync(node, "b", "chief");

        var group = (await node.AccountAsync("acme.com"))!.BuyingGroup!;
        Assert.Equal([("user", 0, 0.0, false), ("chief", 1, 1.0, true)], group.Roles.Select(Figures));
    }

    [Fact]
    public async Task Account_WhenTheModelAsksForNoRoles_HasNoBuyingGroup()
    {
        await using var node = await TestNode.StartAsync(ModelReader.Read("roles: [{name: all, trait: t, exists: true, weight: 1}]").Model!);
        await PutAsync(node, "a", "x");

        Assert.Null((await node.AccountAsync("acme.com"))!.BuyingGroup);
    }

    // Nobody is in memory after the start: the roles come from the rows.
    [Fact]
    public async Task Account_WhenTheNodeStartsAgain_KeepsTheRolesOfItsPeople()
    {
        var node = await StartAsync();
        await PutAsync(node, "a", "engineer");
        await SendAsync(node, "a");
        await PutAsync(node, "b", "Chief");
        await PutAsync(node, "c", "Poet");

        node = await node.RestartAsync();

        await using (node)
        {
            var group = (await node.AccountAsync("acme.com"))!.BuyingGroup!;
            Assert.Equal([("user", 1, 1.0, true), ("chief", 1, 0.0, false)], group.Roles.Select(Figures));
            Assert.Equal(("user", "chief", ""), (await RoleAsync(node, "a"), await RoleAsync(node, "b"), await RoleAsync(node, "c")));
        }
    }

    private static Task<TestNode> StartAsync() => TestNode.StartAsync(Model);

    private static (string, int, double, bool) Figures(BuyingRole role) =>
        (role.Name, role.Contacts, Math.Round(role.Engaged, 4), role.IsCovered);

    private static async Task<string> RoleAsync(TestNode node, string contact) => (await node.ContactAsync(contact))?.Role ?? "";

    private static Task<RecordOutcome> SendAsync(TestNode node, string contact) =>
        node.SendAsync(TestSignals.Of($"{contact} {node.Clock.GetUtcNow()}", contact, "s", node.Clock.GetUtcNow()));

    private static Task<UpsertOutcome> PutAsync(TestNode node, string contact, string title) =>
        node.UpsertAsync(new ContactUpsert(0, contact, null, "acme.com", [new TraitEdit("title", TraitValue.Text(title))]));
}
