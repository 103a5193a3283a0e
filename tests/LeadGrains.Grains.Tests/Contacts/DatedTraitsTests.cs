using LeadGrains.Grains.Accounts;
using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Codecs;
using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Wire;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;
using TraitValue = LeadGrains.Scoring.TraitValue;

namespace LeadGrains.Grains.Tests.Contacts;

public sealed class DatedTraitsTests
{
    private static readonly Instant Now = new(TimeSpan.FromDays(20_000).Ticks);
    private static readonly string[] Names = ["title", "region", "company", "seniority"];
    private long _sequence;

    [Fact]
    public void ApplyUpsert_InWhateverOrderDatedUpsertsCome_TheContactIsTheSame()
    {
        foreach (var seed in Enumerable.Range(1, 300))
        {
            var random = new Random(seed);
            var upserts = Enumerable.Range(0, random.Next(2, 12)).Select(at => NextContact(random, Now + TimeSpan.FromMinutes(-at))).ToArray();

            var first = Told(upserts, random);
            random.Shuffle(upserts);
            var second = Told(upserts, random);

            Assert.True(first == second, $"seed {seed}: {first} and {second}");
        }
    }

    [Fact]
    public void ApplyUpsert_InWhateverOrderDatedUpsertsCome_TheAccountIsTheSame()
    {
        foreach (var seed in Enumerable.Range(1, 300))
        {
            var random = new Random(seed);
            var upserts = Enumerable.Range(0, random.Next(2, 12)).Select(at => NextAccount(random, Now + TimeSpan.FromMinutes(-at))).ToArray();

            var first = ToldAccount(upserts, random);
            random.Shuffle(upserts);
            var second = ToldAccount(upserts, random);

            Assert.True(first == second, $"seed {seed}: {first} and {second}");
        }
    }

    [Fact]
    public void ApplyUpsert_WhenOneIsOlderThanAnUndatedOne_ItChangesOnlyWhatThatDidNotTell()
    {
        var contact = new ContactGrain(0);
        Apply(contact, Contact(null, ("title", "VP")) with { Email = "new@acme.com" }, Now);

        Apply(contact, Contact(Now + TimeSpan.FromSeconds(-1), ("title", "Clerk"), ("region", "EU")) with { Email = "old@acme.com", AccountId = "acme" }, Now + TimeSpan.FromHours(1));

        Assert.Equal("region=EU title=VP new@acme.com acme", Shown(contact));
    }

    [Fact]
    public void ApplyUpsert_WhenATraitWasTakenAway_NothingOlderBringsItBack()
    {
        var contact = new ContactGrain(0);
        Apply(contact, Contact(Now, ("title", null)), Now);

        Apply(contact, Contact(Now + TimeSpan.FromDays(-1), ("title", "Clerk")), Now);
        contact = Restored(contact);
        Apply(contact, Contact(Now + TimeSpan.FromDays(-2), ("title", "Trainee")), Now);
        Assert.Empty(contact.Traits);
        Apply(contact, Contact(Now, ("title", "VP")), Now);

        Assert.Equal("title=VP  ", Shown(contact));
    }

    [Fact]
    public void ApplyUpsert_WhenItIsAheadOfTheClock_ItCountsAsReceived()
    {
        var contact = new ContactGrain(0);
        Apply(contact, Contact(Now + TimeSpan.FromDays(365), ("title", "VP")), Now);

        Apply(contact, Contact(Now + TimeSpan.FromHours(1), ("title", "CTO")), Now + TimeSpan.FromHours(1));

        Assert.Equal("title=CTO  ", Shown(contact));
    }

    [Fact]
    public void ApplyUpsert_WhenUndatedAfterTheClockWasSetBack_ItCounts()
    {
        var contact = new ContactGrain(0);
        Apply(contact, Contact(null, ("title", "VP")), Now);

        Apply(contact, Contact(null, ("title", "CTO")), Now + TimeSpan.FromHours(-1));

        Assert.Equal("title=CTO  ", Shown(contact));
    }

    [Fact]
    public void ApplyUpsert_WhenTheRowSaysNoDates_WhateverComesCounts()
    {
        var state = new ContactState { Email = "old@acme.com", EmailUpserted = true, LastReceivedAtTicks = Now.Ticks };
        state.Traits.AddRange(TraitCodec.ToStored(new Dictionary<string, TraitValue> { ["title"] = TraitValue.Text("Clerk"), ["region"] = TraitValue.Text("EU") }));
        var contact = Decoded(Google.Protobuf.MessageExtensions.ToByteArray(state));

        Apply(contact, Contact(Now + TimeSpan.FromDays(-9), ("title", "VP")) with { Email = "new@acme.com" }, Now);

        Assert.Equal("region=EU title=VP new@acme.com ", Shown(Restored(contact)));
    }

    [Fact]
    public void ApplyUpsert_WhenMoreTraitsAreGoneThanAreRemembered_TheOldestAreForgotten()
    {
        var contact = new ContactGrain(0);
        foreach (var number in Enumerable.Range(0, Limits.TraitsPerGrain + 10))
            Apply(contact, Contact(Now + TimeSpan.FromSeconds(number), ($"t{number:000}", null)), Now + TimeSpan.FromDays(1));
        Apply(contact, Contact(Now + TimeSpan.FromDays(1), ("title", "VP")), Now + TimeSpan.FromDays(1));

        Assert.Equal(Limits.TraitsPerGrain - 1, contact.TraitDates!.Gaps.Count());
        Assert.Equal("t011", contact.TraitDates.Gaps.First().Key);
        Assert.Equal(Written(contact), Written(Restored(contact)));
    }

    [Fact]
    public void ApplyMerged_WhenATraitWasTakenAwayHere_OnlyANewerOneOfTheOtherFillsIt()
    {
        foreach (var (told, expected) in ((TimeSpan, string)[])[(TimeSpan.FromDays(-1), "  "), (TimeSpan.FromDays(1), "title=VP  ")])
        {
            var contact = new ContactGrain(0);
            Apply(contact, Contact(Now, ("title", null)), Now);
            var facts = new MergedFacts { Told = new ToldDates { NewestTicks = (Now + told).Ticks } };
            facts.Traits.AddRange(TraitCodec.ToStored(new Dictionary<string, TraitValue> { ["title"] = TraitValue.Text("VP") }));

            ApplyEntry(contact, new Entry { SignalsMerged = new SignalsMerged { FromContactId = "cookie", Facts = facts } }, Now + TimeSpan.FromDays(2));

            Assert.Equal(expected, Shown(Restored(contact)));
        }
    }

    private string Told(ContactUpsert[] upserts, Random random)
    {
        var contact = new ContactGrain(0);
        foreach (var upsert in upserts)
        {
            Apply(contact, upsert, Now);
            var row = Written(contact);
            if (random.Next(3) == 0)
                contact = Decoded(row);
            Assert.Equal(row, Written(contact));
        }

        return Shown(contact);
    }

    private string ToldAccount(AccountUpsert[] upserts, Random random)
    {
        var account = new AccountGrain(0);
        foreach (var upsert in upserts)
        {
            var entry = EntryBodies.Of(upsert);
            (entry.Sequence, entry.ReceivedAtTicks) = ((ulong)++_sequence, Now.Ticks);
            Assert.True(EntryApplier.ApplyTo(account, entry, DefaultModel.Model));
            var row = Written(account);
            if (random.Next(3) == 0)
                account = AccountCodec.Decode(0, new RestingGrain(row, [], Place: 0), DefaultModel.Model);
            Assert.Equal(row, Written(account));
        }

        return $"{Shown(account.Traits)} {account.Name} {account.ParentId}";
    }

    private static ContactUpsert NextContact(Random random, Instant at) => Contact(at, NextTraits(random)) with
    {
        Email = random.Next(2) == 0 ? $"{random.Next(99)}@acme.com" : null,
        AccountId = random.Next(2) == 0 ? $"a{random.Next(99)}" : null,
    };

    private static AccountUpsert NextAccount(Random random, Instant at) => new(
        0, "acme", random.Next(2) == 0 ? $"Acme {random.Next(99)}" : null, [], [.. NextTraits(random).Select(Edit)])
    {
        AsOf = at,
        ParentAccountId = random.Next(3) switch { 0 => null, 1 => AccountUpsert.NoParent, _ => $"p{random.Next(99)}" },
    };

    private static (string, string?)[] NextTraits(Random random) =>
        [.. Names.Where(_ => random.Next(2) == 0).Select(name => (name, random.Next(3) == 0 ? null : $"{random.Next(99)}"))];

    private static ContactUpsert Contact(Instant? asOf, params (string Name, string? Value)[] traits) =>
        new(0, "ann", null, null, [.. traits.Select(Edit)]) { AsOf = asOf };

    private static TraitEdit Edit((string Name, string? Value) trait) =>
        new(trait.Name, trait.Value is null ? null : TraitValue.Text(trait.Value));

    private static string Shown(ContactGrain contact) =>
        $"{Shown(contact.Traits)} {System.Text.Encoding.UTF8.GetString(contact.Membership.Email)} {System.Text.Encoding.UTF8.GetString(contact.Membership.UpsertedAccount)}";

    private static string Shown(Dictionary<string, TraitValue> traits) =>
        string.Join(' ', traits.OrderBy(trait => trait.Key, StringComparer.Ordinal).Select(trait => $"{trait.Key}={trait.Value.AsText}"));

    private static ContactGrain Restored(ContactGrain contact) => Decoded(Written(contact));

    private static ContactGrain Decoded(byte[] row) => new ContactDecoder(DefaultModel.Model).Decode(0, new RestingGrain(row, [], Place: 0));

    private static byte[] Written(ContactGrain contact)
    {
        var to = new MessageWriter();
        ContactCodec.Write(to, contact, new SortedTraits().Of(contact.Traits), DefaultModel.Model);
        return to.Written.ToArray();
    }

    private static byte[] Written(AccountGrain account)
    {
        var to = new MessageWriter();
        AccountCodec.Write(to, account, new SortedTraits().Of(account.Traits), DefaultModel.Model);
        return to.Written.ToArray();
    }

    private void Apply(ContactGrain contact, ContactUpsert upsert, Instant receivedAt) => ApplyEntry(contact, EntryBodies.Of(upsert), receivedAt);

    private void ApplyEntry(ContactGrain contact, Entry entry, Instant receivedAt)
    {
        (entry.Sequence, entry.ReceivedAtTicks) = ((ulong)++_sequence, receivedAt.Ticks);
        Assert.True(EntryApplier.ApplyTo(contact, entry, DefaultModel.Model));
    }
}
