using LeadGrains.Grains.Tests.Node;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Client.Merges;

public sealed class MergeTests
{
    [Fact]
    public async Task MergeContacts_WhenBothHaveSignals_TheOneThatStaysHasAllOfThem()
    {
        await using var node = await TestNode.StartAsync();
        await node.SendAsync(Demo(node, "1", "known", "known@acme.com"), Demo(node, "2", "anonymous"), Demo(node, "3", "anonymous"));
        await using var plain = await TestNode.StartAsync();
        await plain.SendAsync(Demo(plain, "1", "known", "known@acme.com"), Demo(plain, "2", "known"), Demo(plain, "3", "known"));

        var merged = await node.MergeAsync("anonymous", "known");

        var expected = await plain.ContactAsync("known");
        Assert.Equal(("known", 3ul), (merged.Id, merged.SignalCount));
        Assert.Equal(["anonymous"], merged.MergedContactIds);
        Assert.Equal(expected!.Score, merged.Score);
        Assert.Equal((await plain.AccountAsync("acme.com"))!.Score, (await node.AccountAsync("acme.com"))!.Score);
        Assert.Equal(["known"], (await node.RankAsync(GrainKind.Contact)).Select(ranked => ranked.Id));
    }

    [Fact]
    public async Task MergeContacts_WhenTheOtherHadAnAccount_LeavesIt()
    {
        await using var node = await TestNode.StartAsync();
        await node.UpsertAsync(new ContactUpsert(0, "known", "known@acme.com", null, []));
        await node.SendAsync(Demo(node, "1", "other", "other@rival.com"), Demo(node, "2", "colleague", "colleague@rival.com"));
        Assert.Equal(2u, (await node.AccountAsync("rival.com"))!.ContactCount);

        await node.MergeAsync("other", "known");

        var left = await node.AccountAsync("rival.com");
        Assert.Equal(1u, left!.ContactCount);
        Assert.Equal((await node.ContactAsync("colleague"))!.Score.IntentPoints, left.Score.IntentPoints, 9);
        Assert.Equal((await node.ContactAsync("known"))!.Score.IntentPoints, (await node.AccountAsync("acme.com"))!.Score.IntentPoints, 9);
    }

    [Fact]
    public async Task MergeContacts_WhenOneSignalWasSentToBoth_ItCountsOnce()
    {
        await using var node = await TestNode.StartAsync();
        await node.SendAsync(Demo(node, "1", "anonymous"), Demo(node, "1", "known"));

        var merged = await node.MergeAsync("anonymous", "known");

        Assert.Equal(1ul, merged.SignalCount);
        Assert.Equal(new RecordOutcome(0, 2), await node.SendAsync(Demo(node, "1", "anonymous"), Demo(node, "1", "known")));
        Assert.Equal(merged.Score, (await node.ContactAsync("anonymous"))!.Score);
    }

    [Fact]
    public async Task MergeContacts_WhenSignalsComeLate_TheyArriveAtTheOneThatStays()
    {
        await using var node = await TestNode.StartAsync();
        await node.UpsertAsync(new ContactUpsert(0, "known", null, null, []));
        await node.MergeAsync("anonymous", "known");

        var outcome = await node.SendAsync(Demo(node, "1", "anonymous"), Demo(node, "2", "known"), Demo(node, "3", "third"), Demo(node, "1", "anonymous"));

        Assert.Equal(new RecordOutcome(3, 1), outcome);
        Assert.Equal(2ul, (await node.ContactAsync("anonymous"))!.SignalCount);
        Assert.DoesNotContain(StoredEntries.Of(node.Journal), entry =>
            entry.BodyCase == Journal.V1.Entry.BodyOneofCase.Signal && V1.Signal.Parser.ParseFrom(entry.Signal).ContactId == "anonymous");
    }

    [Fact]
    public async Task MergeContacts_WhenALateSignalIsAsLongAsOneMayBe_ItArrives()
    {
        await using var node = await TestNode.StartAsync();
        await node.UpsertAsync(new ContactUpsert(0, new string('k', Limits.GrainIdBytes), null, null, []));
        await node.MergeAsync("anonymous", new string('k', Limits.GrainIdBytes));
        var signal = Demo(node, "1", "anonymous");
        for (var i = 0; i < 31; i++)
            signal.Attributes.Add($"{i}", new string('v', 1_000));

        Assert.Equal(new RecordOutcome(1, 0), await node.SendAsync(signal));
        Assert.Equal(1ul, (await node.ContactAsync("anonymous"))!.SignalCount);
    }

    [Fact]
    public async Task MergeContacts_WhenSignalsComeLateOnAStream_TheyArriveToo()
    {
        await using var node = await TestNode.StartAsync();
        await node.UpsertAsync(new ContactUpsert(0, "known", null, null, []));
        await node.MergeAsync("anonymous", "known");

        var batch = TestSignals.Batch(node, ranked: false, Demo(node, "1", "anonymous"), Demo(node, "2", "known"));
        var outcome = await await node.Client.EnqueueAsync(batch, CancellationToken.None);

        Assert.Equal(new RecordOutcome(2, 0), outcome);
        Assert.Equal(2ul, (await node.ContactAsync("known"))!.SignalCount);
    }

    [Fact]
    public async Task MergeContacts_WhenALateSignalWasReceivedBefore_KeepsItsStamp()
    {
        await using var node = await TestNode.StartAsync();
        await node.UpsertAsync(new ContactUpsert(0, "known", null, null, []));
        await node.MergeAsync("anonymous", "known");
        var received = node.Clock.GetUtcNow();
        var batch = TestSignals.Batch(node, ranked: true, TestSignals.Of("1", "anonymous", "demo_requested", received + TimeSpan.FromMinutes(3)));
        node.Clock.Advance(TimeSpan.FromHours(1));

        await node.Client.RecordAsync(batch, CancellationToken.None);

        Assert.Equal(Instant.FromDateTimeOffset(received), (await node.ContactAsync("known"))!.LastSignalAt);
    }

    [Fact]
    public async Task MergeContacts_WhenTheOneThatStaysIsMergedAway_AllLeadToTheLast()
    {
        await using var node = await TestNode.StartAsync();
        await node.SendAsync(Demo(node, "1", "a"), Demo(node, "2", "b"), Demo(node, "3", "c"));

        await node.MergeAsync("a", "b");
        var last = await node.MergeAsync("b", "c");
        await node.SendAsync(Demo(node, "4", "a"), Demo(node, "5", "b"), Demo(node, "1", "b"));

        Assert.Equal(("c", 3ul), (last.Id, last.SignalCount));
        Assert.Equal(["a", "b"], last.MergedContactIds.Order());
        Assert.Equal(("c", 5ul), ((await node.ContactAsync("a"))!.Id, (await node.ContactAsync("a"))!.SignalCount));
        Assert.Equal("c", (await node.MergeAsync("a", "b")).Id);
    }

    [Fact]
    public async Task MergeContacts_WhenAskedForTheOtherWayRoundAfterwards_NothingChanges()
    {
        await using var node = await TestNode.StartAsync();
        await node.SendAsync(Demo(node, "1", "a"), Demo(node, "2", "b"));
        await node.MergeAsync("a", "b");
        var entries = node.Journal.EntryCount;

        Assert.Equal("b", (await node.MergeAsync("b", "a")).Id);
        Assert.Equal("b", (await node.MergeAsync("a", "b")).Id);
        Assert.Equal(entries, node.Journal.EntryCount);
    }

    [Fact]
    public async Task MergeContacts_WhenBothAreTheSameId_IsRefused()
    {
        await using var node = await TestNode.StartAsync();
        await node.SendAsync(Demo(node, "1", "a"));

        var refused = await Assert.ThrowsAsync<MergeRefusedException>(() => node.MergeAsync("a", "a"));

        Assert.Equal("into_contact_id", refused.Field);
    }

    [Fact]
    public async Task MergeContacts_WhenThereIsNothingToMergeInto_SaysSo()
    {
        await using var node = await TestNode.StartAsync();
        await node.SendAsync(Demo(node, "1", "a"));

        await Assert.ThrowsAsync<UnknownContactException>(() => node.MergeAsync("a", "nobody"));

        Assert.Equal("a", (await node.ContactAsync("a"))!.Id);
    }

    [Fact]
    public async Task MergeContacts_WhenTheOneThatStaysHasTooManyIds_IsRefusedAndNothingIsDone()
    {
        await using var node = await TestNode.StartAsync();
        await node.UpsertAsync(new ContactUpsert(0, "known", null, null, []));
        foreach (var sixteen in Enumerable.Range(0, Limits.MergedContactIds).Chunk(Limits.AliasesPerItem))
            await node.UpsertAsync(new ContactUpsert(0, "known", null, null, []) { Aliases = [.. sixteen.Select(number => $"x{number}")] });
        await node.SendAsync(Demo(node, "1", "more"));

        await Assert.ThrowsAsync<MergeRefusedException>(() => node.MergeAsync("more", "known"));
        var outcome = await node.UpsertAsync(new ContactUpsert(3, "known", null, null, []) { Aliases = ["more"] });

        var rejection = Assert.Single(outcome.Rejections);
        Assert.Equal((3, RejectionReason.InvalidValue, "aliases"), (rejection.Index, rejection.Reason, rejection.Field));
        Assert.Equal("more", (await node.ContactAsync("more"))!.Id);
        Assert.Equal(Limits.MergedContactIds, (await node.ContactAsync("known"))!.MergedContactIds.Count);
    }

    [Fact]
    public async Task MergeContacts_WhenTheHistoryIsLong_ItComesInBoundedParts()
    {
        await using var node = await TestNode.StartAsync(options: new GrainNodeOptions { Loops = 1, QueueCapacity = 3_000 });
        await node.SendAsync(Demo(node, "x", "b"));
        foreach (var thousand in Enumerable.Range(0, 2_500).Chunk(1_000))
            await node.SendAsync(thousand.Select(number => Demo(node, $"{number}", "a")));
        await node.MergeAsync("a", "b");

        var merged = await node.MergeAsync("b", await node.KnownAsync("c"));

        Assert.Equal(2_501ul, merged.SignalCount);
        var parts = StoredEntries.Of(node.Journal).Where(entry => entry.SignalsMerged is not null).Select(entry => entry.SignalsMerged).ToList();
        Assert.Equal([1_000, 1_000, 500, 1_000, 1_000, 501], parts.Select(part => part.Signals.Count));
        Assert.Equal([0ul, 1_000, 2_000, 0, 1_000, 2_000], parts.Select(part => part.First));
        Assert.Equal(["x", "0"], parts[3].Signals.Take(2).Select(signal => V1.Signal.Parser.ParseFrom(signal.Signal).Id));
    }

    // More than a contact remembers, one of them sent to both: neither push the keys of the other out, also from the rows.
    [Fact]
    public async Task MergeContacts_WhenItBringsMoreThanIsRemembered_WhatTheOtherHadIsStillKnown()
    {
        const int Brought = Limits.SeenSignals + (2 * Limits.SeenChunkSignals);
        var node = await TestNode.StartAsync();
        V1.Signal[] own = [.. Enumerable.Range(0, 50).Select(number => Demo(node, $"own{number}", "b")), Demo(node, $"{Brought - 1}", "b")];
        await node.SendAsync(own);
        foreach (var some in Enumerable.Range(0, Brought).Chunk(5_000))
            await node.SendAsync(some.Select(number => Demo(node, $"{number}", "a")));

        Assert.Equal(Brought + 50ul, (await node.MergeAsync("a", "b")).SignalCount);

        Assert.Equal(new RecordOutcome(0, 51), await node.SendAsync(own));
        await using var next = await node.RestartAsync();
        Assert.Equal(new RecordOutcome(0, 52), await next.SendAsync([.. own, Demo(next, $"{Brought - 2}", "a")]));
        Assert.Equal(Brought + 50ul, (await next.ContactAsync("b"))!.SignalCount);
    }

    [Fact]
    public async Task MergeContacts_WhenManyGoRoundInACircleAtOnce_AllLeadToOneContact()
    {
        await using var node = await TestNode.StartAsync();
        string[] ids = [.. Enumerable.Range(0, 12).Select(number => $"c{number}")];
        await node.SendAsync(ids.Select((id, number) => Demo(node, $"{number}", id)));

        await Task.WhenAll(ids.Select((id, number) => node.MergeAsync(id, ids[(number + 1) % ids.Length])));

        var contacts = new List<ContactView?>();
        foreach (var id in ids)
            contacts.Add(await node.ContactAsync(id));
        Assert.Single(contacts.Select(contact => contact!.Id).Distinct());
        Assert.Equal(12ul, contacts[0]!.SignalCount);
        Assert.Equal(11, contacts[0]!.MergedContactIds.Count);
        Assert.Single(await node.RankAsync(GrainKind.Contact));
    }

    [Fact]
    public async Task MergeContacts_WhenSignalsKeepComingMeanwhile_EachCountsOnce()
    {
        await using var node = await TestNode.StartAsync(options: new GrainNodeOptions { Loops = 2, CheckpointEntries = 20, ActiveGrains = 4 });
        await node.SendAsync(Enumerable.Range(0, 300).Select(number => Demo(node, $"before{number}", "a")));
        await node.KnownAsync("b");

        var sending = Enumerable.Range(0, 100).Select(async number =>
        {
            await Task.Yield();
            return await node.SendAsync(Demo(node, $"during{number}", number % 2 == 0 ? "a" : "b"), Demo(node, $"before{number}", "a"));
        });
        var all = Task.WhenAll(sending.ToList());
        await node.MergeAsync("a", "b");
        await all;

        Assert.Equal(400ul, (await node.ContactAsync("a"))!.SignalCount);
        Assert.Equal(new RecordOutcome(0, 400), await node.SendAsync(Enumerable.Range(0, 400).Select(number =>
            Demo(node, number < 300 ? $"before{number}" : $"during{number - 300}", "a"))));
    }

    private static V1.Signal Demo(TestNode node, string id, string contact, string email = "") =>
        TestSignals.Of(id, contact, "demo_requested", node.Clock.GetUtcNow(), email: email);
}
