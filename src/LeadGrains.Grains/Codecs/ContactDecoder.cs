using System.Runtime.CompilerServices;
using System.Text;
using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Seen;
using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Wire;
using LeadGrains.Scoring;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Codecs;

/// <summary>
/// Brings contacts back from their rows. Traits that several have are the same objects in all of them, and what follows from
/// them is worked out once. One thread at a time.
/// </summary>
/// <remarks>
/// A start that reads a million is over before the runtime would have found out that these methods are worth optimizing.
/// </remarks>
internal sealed class ContactDecoder(ScoringModel model)
{
    /// <summary>What the contacts are scored by.</summary>
    public ScoringModel Model => model;

    private readonly KnownTraits _known = new(model, isAccount: false, []);
    private readonly ContactFields _fields = new();
    private readonly List<string> _names = [];
    private byte[] _stageUtf8 = [];
    private byte _stage = (byte)Math.Max(0, model.ContactStages.IndexOf(""));

    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ContactGrain Decode(int slot, in RestingGrain row, ListArena? arena = null)
    {
        var bytes = row.State.Span;
        _fields.Read(bytes);
        var intent = _fields.Intent is { } range ? Stored.IntentState.Parser.ParseFrom(range.In(bytes)) : null;
        var contact = new ContactGrain(slot, arena)
        {
            LastSequence = _fields.LastSequence,
            LastReceivedAt = _fields.LastReceivedAt,
            LastHeardAt = new Instant(_fields.LastReceivedAt.Ticks - _fields.LastHeardBefore),
            Intent = IntentCodec.FromStored(intent, _fields.EngagedAt, arena),
            RowPlace = row.Place,
            Seen = _fields.OpenSeenChunk is { } open
                ? SeenCodec.FromStored(row.Seen, _fields.FirstSeenChunk, row.State.Slice(open.Offset, open.Length), arena)
                : SeenSignals.Restore(row.Seen, (int)_fields.FirstSeenChunk, arena),
            Stage = StageOf(_fields.Stage.In(bytes)),
            Reached = _fields.Reached,
            SignalCount = _fields.SignalCount,
            LastSignalAt = _fields.LastSignalAt,
            Run = _fields.Run,
            DuplicateCount = _fields.DuplicateCount,
            IsIdentified = _fields.IsIdentified,
        };
        TakeTraits(contact, bytes);
        if (_fields.Told is { } dates)
            TakeDates(contact, Stored.ToldDates.Parser.ParseFrom(dates.In(bytes)));
        var more = _fields.HasMore ? Stored.ContactState.Parser.ParseFrom(bytes) : null;
        contact.Membership.Restore(
            _fields.Email.In(bytes), _fields.EmailUpserted, _fields.SignalledEmailAt, _fields.UpsertedAccount.In(bytes),
            _fields.SignalledAccount.In(bytes), _fields.SignalledAccountAt,
            more is null ? [] : more.Redirects.Select(redirect => (redirect.FromAccountId, redirect.ToAccountId)),
            (TextOf(_fields.CompanyName, bytes), TextOf(_fields.CompanyAccountId, bytes)), CompanyName.Of(contact.Traits), model.FreeMail);
        if (more is not null)
            TakeMore(contact, more);
        contact.TraitsChanged = false;
        return contact;
    }

    private void TakeMore(ContactGrain contact, Stored.ContactState more)
    {
        contact.IsWakeUpDue = more.WakeUpDue;
        contact.StageExits = StageExitCodec.FromStored(more.StageExits, model.ContactStages);
        if (more.Erased)
            contact.Identity = ContactIdentity.Erased(more.MayReturn);
        else if (more.MergedInto.Length > 0 || more.Merged.Count > 0)
        {
            contact.Identity = ContactIdentity.Restore(
                more.MergedInto, more.MergePending, more.Merged.Select(merged => (merged.ContactId, merged.Signals)), BroughtOf(more));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TakeTraits(ContactGrain contact, ReadOnlySpan<byte> bytes)
    {
        _known.Begin();
        _names.Clear();
        foreach (var range in _fields.Traits)
        {
            var trait = _known.Add(range.In(bytes));
            contact.SetTrait(trait.Name, trait.Value);
            _names.Add(trait.Name);
        }

        contact.FollowTraits(_known.Standing(), model);
    }

    private void TakeDates(ContactGrain contact, Stored.ToldDates told)
    {
        contact.TraitDates = ToldCodec.DatesOf(told, _names);
        contact.Membership.Restore(ToldCodec.FirstOf(told), ToldCodec.SecondOf(told));
    }

    // A stage that the model no longer has counts as the first.
    private byte StageOf(ReadOnlySpan<byte> utf8)
    {
        if (!utf8.SequenceEqual(_stageUtf8))
        {
            _stageUtf8 = utf8.ToArray();
            _stage = (byte)Math.Max(0, model.ContactStages.IndexOf(Encoding.UTF8.GetString(utf8)));
        }

        return _stage;
    }

    private static string TextOf(ByteRange text, ReadOnlySpan<byte> bytes) => text.IsEmpty ? "" : Encoding.UTF8.GetString(text.In(bytes));

    private static SeenSignals BroughtOf(Stored.ContactState state) => SeenSignals.Restore(
        [
            .. state.Brought.Select((chunk, number) => new SeenChunk(
                number, new Instant(chunk.FirstReceivedAtTicks), new Instant(chunk.LastReceivedAtTicks), chunk.Hashes.Memory)),
        ],
        firstChunk: 0);
}
