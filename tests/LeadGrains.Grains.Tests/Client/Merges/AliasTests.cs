using LeadGrains.Grains.Tests.Node;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Client.Merges;

public sealed class AliasTests
{
    [Fact]
    public async Task UpsertContacts_WhenItNamesAnAnonymousId_WhatWasRecordedThereJoins()
    {
        await using var node = await TestNode.StartAsync();
        await node.SendAsync(Demo(node, "1", "cookie"), Demo(node, "2", "cookie"));

        var outcome = await node.UpsertAsync(Ann("cookie", "ann@acme.com", "ann"));

        Assert.Equal((1u, 0), (outcome.Recorded, outcome.Rejections.Count));
        var ann = await node.ContactAsync("ann@acme.com");
        Assert.Equal(("ann", 2ul, "acme.com"), (ann!.Id, ann.SignalCount, ann.AccountId));
        Assert.Equal(["ann@acme.com", "cookie"], ann.MergedContactIds.Order());
    }

    [Fact]
    public async Task UpsertContacts_WhenItNamesAnIdThatIsNotKnownYet_LateSignalsOfItFollow()
    {
        await using var node = await TestNode.StartAsync();
        await node.UpsertAsync(Ann("cookie"));

        await node.SendAsync(Demo(node, "1", "cookie"));

        Assert.Equal(1ul, (await node.ContactAsync("ann"))!.SignalCount);
        Assert.Equal(["ann"], (await node.RankAsync(GrainKind.Contact)).Select(ranked => ranked.Id));
    }

    [Fact]
    public async Task UpsertContacts_WhenItNamesTheSameAliasesAgain_NothingMoreIsMerged()
    {
        await using var node = await TestNode.StartAsync();
        await node.UpsertAsync(Ann("cookie", "ann@acme.com"));
        var entries = node.Journal.EntryCount;

        await node.UpsertAsync(Ann("cookie", "ann@acme.com"));

        Assert.Equal(entries + 1, node.Journal.EntryCount);
    }

    [Fact]
    public async Task UpsertContacts_WhenAnAliasLeadsToAnother_ThatOneIsMergedToo()
    {
        await using var node = await TestNode.StartAsync();
        await node.SendAsync(Demo(node, "1", "bob"));
        await node.UpsertAsync(new ContactUpsert(0, "bob", null, null, []) { Aliases = ["cookie"] });

        await node.UpsertAsync(Ann("cookie"));

        Assert.Equal("ann", (await node.ContactAsync("bob"))!.Id);
        Assert.Equal(1ul, (await node.ContactAsync("cookie"))!.SignalCount);
    }

    [Fact]
    public async Task UpsertContacts_WhenTheContactWasMergedAway_TheOneThatItLeadsToIsUpserted()
    {
        await using var node = await TestNode.StartAsync();
        await node.KnownAsync("ann");
        await node.MergeAsync("cookie", "ann");
        await node.SendAsync(Demo(node, "1", "ann"));

        var outcome = await node.UpsertAsync(new ContactUpsert(0, "cookie", null, "acme", [new TraitEdit("title", TraitValue.Text("VP"))]));

        Assert.Equal(1u, outcome.Recorded);
        var ann = await node.ContactAsync("ann");
        Assert.Equal(("acme", "VP"), (ann!.AccountId, ann.Traits["title"].AsText));
        Assert.Equal(1u, (await node.AccountAsync("acme"))!.ContactCount);
    }

    [Fact]
    public async Task MergeContacts_WhenBothHaveTraits_ThoseOfTheOneThatStaysCount()
    {
        await using var node = await TestNode.StartAsync();
        await node.UpsertAsync(new ContactUpsert(
            0, "old", "old@old.com", "rival", [new TraitEdit("title", TraitValue.Text("Clerk")), new TraitEdit("region", TraitValue.Text("north")), new TraitEdit("gone", TraitValue.Text("x"))]));
        await node.UpsertAsync(new ContactUpsert(0, "old", null, null, [new TraitEdit("gone", null)]));
        await node.UpsertAsync(new ContactUpsert(0, "older", "older@old.com", null, [new TraitEdit("company", TraitValue.Text("Old Inc")), new TraitEdit("title", TraitValue.Text("Boss"))]));
        await node.UpsertAsync(new ContactUpsert(0, "ann", "ann@acme.com", null, [new TraitEdit("title", TraitValue.Text("VP"))]));

        await node.MergeAsync("older", "old");
        var ann = await node.MergeAsync("old", "ann");

        Assert.Equal(
            ["company Old Inc", "region north", "title VP"],
            ann.Traits.OrderBy(trait => trait.Key).Select(trait => $"{trait.Key} {trait.Value.AsText}"));
        Assert.Equal(("ann@acme.com", "rival"), (ann.Email, ann.AccountId));
        Assert.Equal(["older", "old"], ann.MergedContactIds.OrderDescending());
    }

    [Fact]
    public async Task MergeContacts_WhenTheTraitsOfBothAreTooMany_TheOneThatStaysKeepsItsOwn()
    {
        await using var node = await TestNode.StartAsync();
        await node.UpsertAsync(new ContactUpsert(0, "old", null, null, [.. Enumerable.Range(0, 200).Select(number => new TraitEdit($"old{number:000}", TraitValue.Number(number)))]));
        await node.UpsertAsync(new ContactUpsert(0, "ann", null, null, [.. Enumerable.Range(0, 100).Select(number => new TraitEdit($"ann{number:000}", TraitValue.Number(number)))]));

        var ann = await node.MergeAsync("old", "ann");

        Assert.Equal(Limits.TraitsPerGrain, ann.Traits.Count);
        Assert.Equal(100, ann.Traits.Keys.Count(name => name.StartsWith("ann", StringComparison.Ordinal)));
        Assert.Contains("old155", ann.Traits.Keys);
    }

    [Fact]
    public async Task UpsertContacts_WhenOnlyStrangersAreToBeMerged_NoTwoPeopleBecomeOne()
    {
        await using var node = await TestNode.StartAsync();
        await node.SendAsync(Demo(node, "1", "cookie"));
        Assert.Empty((await node.UpsertAsync(Person("ann", "cookie", "unknown"))).Rejections);

        var leads = await node.UpsertAsync(Person("bob", "cookie"));
        var known = await node.UpsertAsync(Person("bob", "ann"));
        var again = await node.UpsertAsync(Person("ann", "cookie", "unknown"));

        Assert.Contains("leads to another contact", Assert.Single(leads.Rejections).Message, StringComparison.Ordinal);
        Assert.Contains("names a person", Assert.Single(known.Rejections).Message, StringComparison.Ordinal);
        Assert.Empty(again.Rejections);
        Assert.Equal("ann", (await node.ContactAsync("cookie"))!.Id);
        Assert.Equal((1ul, 0ul), ((await node.ContactAsync("ann"))!.SignalCount, (await node.ContactAsync("bob"))!.SignalCount));
    }

    [Fact]
    public async Task UpsertContacts_WhenAPersonWasMergedIntoAStranger_ThatNamesAPersonToo()
    {
        await using var node = await TestNode.StartAsync();
        await node.UpsertAsync(Person("ann"));
        await node.KnownAsync("cookie");
        await node.MergeAsync("ann", "cookie");

        var refused = await node.UpsertAsync(Person("bob", "cookie"));

        Assert.Single(refused.Rejections);
    }

    private static ContactUpsert Person(string id, params string[] aliases) =>
        new(0, id, null, null, []) { Aliases = aliases, Identified = true, MergesStrangersOnly = true };

    private static ContactUpsert Ann(params string[] aliases) => new(0, "ann", "ann@acme.com", null, []) { Aliases = aliases };

    private static V1.Signal Demo(TestNode node, string id, string contact) =>
        TestSignals.Of(id, contact, "demo_requested", node.Clock.GetUtcNow());
}
