using Google.Protobuf;
using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Codecs;
using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Signals;
using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Wire;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Contacts;

public sealed class ContactMergeTests
{
    private const int PartSignals = 1_000;

    // More than a contact remembers against duplicates.
    private const int Parts = 18;

    private long _sequence;

    [Fact]
    public void ApplyMerged_WhenAPartIsRepeatedThatIsForgottenAsDuplicates_NothingChanges()
    {
        var contact = new ContactGrain(0);
        foreach (var part in Enumerable.Range(0, Parts))
            Apply(contact, Part("a", part * PartSignals, PartSignals));

        foreach (var part in Enumerable.Range(0, Parts))
            Apply(contact, Part("a", part * PartSignals, PartSignals));

        Assert.Equal((ulong)(Parts * PartSignals), contact.SignalCount);
        Assert.Equal([("a", (ulong)(Parts * PartSignals))], contact.Identity!.Merged);
    }

    [Fact]
    public void ApplyMerged_WhenPartsAreCutElsewhereTheSecondTime_EachSignalCountsOnce()
    {
        var contact = new ContactGrain(0);
        Apply(contact, Part("a", 0, 10));
        Apply(contact, Part("a", 10, 10));

        Apply(contact, Part("a", 0, 15));
        Apply(contact, Part("a", 15, 15));

        Assert.Equal((30ul, 0ul), (contact.SignalCount, contact.DuplicateCount));
    }

    [Fact]
    public void ApplyMerged_WhenTwoContactsHadTheSameSignals_TheyCountOnce()
    {
        var contact = new ContactGrain(0);
        Apply(contact, Part("a", 0, 10));
        Apply(contact, Part("b", 0, 10));

        Assert.Equal((10ul, 10ul), (contact.SignalCount, contact.DuplicateCount));
        Assert.Equal(["a", "b"], contact.Identity!.Merged.Select(merged => merged.Id));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ApplyMerged_WhenItBringsMoreThanIsRemembered_TheContactsOwnAndTheLatestAreStillKnown(bool isRestored)
    {
        var contact = new ContactGrain(0);
        Enumerable.Range(17_500, 100).ToList().ForEach(number => Assert.True(Send(contact, number)));
        foreach (var part in Enumerable.Range(0, Parts))
        {
            Apply(contact, Part("a", part * PartSignals, PartSignals));
            contact = isRestored ? Restored(contact) : contact;
        }

        Assert.Equal(((ulong)(Parts * PartSignals), 100ul), (contact.SignalCount, contact.DuplicateCount));
        Assert.All(Enumerable.Range((Parts * PartSignals) - Limits.SeenSignals, Limits.SeenSignals), number => Assert.False(Send(contact, number)));
        Assert.InRange(contact.Identity!.Brought.Count, Limits.SeenSignals, Limits.SeenSignals + Limits.SeenChunkSignals);
        Assert.Equal(100, contact.Seen.Count);
    }

    [Fact]
    public void ApplySignal_WhenWhatAMergeBroughtIsOld_ItIsForgottenByChunks()
    {
        var contact = new ContactGrain(0);
        Apply(contact, Part("a", 0, 300));

        Send(contact, 1_000, Instant.Epoch + Limits.SeenAge + TimeSpan.FromDays(1));

        Assert.Equal(300 - Limits.SeenChunkSignals, contact.Identity!.Brought.Count);
    }

    [Fact]
    public void Decode_WhenContactsWereMerged_GivesWhatWasEncoded()
    {
        var contact = new ContactGrain(0);
        Apply(contact, Part("a", 0, 10));
        var redirect = new ContactGrain(0);
        Apply(redirect, Part("a", 0, 10));
        Apply(redirect, EntryBodies.MergeStarted("there"));

        var (again, redirectAgain) = (Restored(contact), Restored(redirect));

        Assert.Equal(contact.Identity!.Merged, again.Identity!.Merged);
        Assert.False(again.IsRedirect);
        Assert.Equal(("there", true, true), (redirectAgain.Identity!.MergedInto, redirectAgain.Identity.IsPending, redirectAgain.IsRedirect));
        Assert.Equal((0ul, 0, 0), (redirectAgain.SignalCount, redirectAgain.Seen.Count, redirectAgain.Identity.Merged.Count));
        Apply(redirectAgain, EntryBodies.MergeFinished());
        Assert.False(Restored(redirectAgain).Identity!.IsPending);
    }

    private static ContactGrain Restored(ContactGrain contact) =>
        new ContactDecoder(DefaultModel.Model).Decode(0, new RestingGrain(Written(contact), contact.Seen.Chunks(), Place: 0));

    private static byte[] Written(ContactGrain contact)
    {
        var to = new MessageWriter();
        ContactCodec.Write(to, contact, [.. contact.Traits], DefaultModel.Model);
        return to.Written.ToArray();
    }

    private bool Send(ContactGrain contact, int number, Instant? receivedAt = null)
    {
        var at = receivedAt ?? Instant.Epoch;
        var bytes = new V1.Signal { Id = $"{number}", Type = "page_viewed", ContactId = "x" }.ToByteArray();
        Assert.True(SignalView.TryRead(bytes, at, out var view));
        return contact.ApplySignal(SignalFacts.Of(view, at), ++_sequence, DefaultModel.Model);
    }

    private static Entry Part(string from, int first, int count)
    {
        var part = new SignalsMerged { FromContactId = from, First = (ulong)first };
        for (var number = first; number < first + count; number++)
        {
            var signal = new V1.Signal { Id = $"{number}", Type = "page_viewed", ContactId = from };
            part.Signals.Add(new MergedSignal { Signal = signal.ToByteString(), ReceivedAtTicks = Instant.Epoch.Ticks });
        }

        return EntryBodies.Merged(part);
    }

    private void Apply(ContactGrain contact, Entry entry)
    {
        entry.Sequence = (ulong)++_sequence;
        EntryApplier.ApplyTo(contact, entry, DefaultModel.Model);
    }
}
