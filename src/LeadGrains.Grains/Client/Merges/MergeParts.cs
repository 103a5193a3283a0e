using System.Text;
using Google.Protobuf;
using LeadGrains.Grains.Codecs;
using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.History;
using LeadGrains.Grains.Wire;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Merges;

/// <summary>
/// Makes of a contact's history what the contact that it is merged into takes over: its signals in bounded parts, and
/// with the last of them what upserts had told. What was merged into it before is part of its history.
/// </summary>
internal sealed class MergeParts(string from, ScoringModel model)
{
    // Applies upserts and earlier merges as the contact itself did; its signals are not asked for.
    private readonly ContactGrain _told = new(slot: 0);
    private SignalsMerged _part = new() { FromContactId = from };
    private int _bytes;

    /// <summary>The parts. The same history gives the same signals in the same order, whatever the bounds of a part.</summary>
    public IEnumerable<SignalsMerged> Of(IEnumerable<HistoryEntry> oldestFirst)
    {
        foreach (var entry in oldestFirst)
        {
            foreach (var signal in SignalsOf(entry))
            {
                if (IsFull(signal))
                    yield return Next();
                _part.Signals.Add(signal);
                _bytes += signal.CalculateSize();
            }
        }

        _part.Facts = Facts();
        yield return _part;
    }

    private IEnumerable<MergedSignal> SignalsOf(HistoryEntry entry)
    {
        var view = entry.View;
        _told.LastReceivedAt = Instant.Later(_told.LastReceivedAt, view.ReceivedAt);
        switch (view.BodyCase)
        {
            case Entry.BodyOneofCase.Signal:
                return [new MergedSignal { Signal = ByteString.CopyFrom(view.Signal), ReceivedAtTicks = view.ReceivedAt.Ticks }];
            case Entry.BodyOneofCase.Erased when view.IsRemovedSignal:
                // It keeps its number: a part may have come before it was removed.
                return [new MergedSignal()];
            case Entry.BodyOneofCase.ContactUpserted:
                _told.ApplyUpsert(view.Parse().ContactUpserted, view.Sequence, view.ReceivedAt, model);
                return [];
            case Entry.BodyOneofCase.SignalsMerged:
                var merged = view.Parse().SignalsMerged;
                return merged.Signals.Skip(_told.TakeFacts(merged, model));
            default:
                return [];
        }
    }

    private bool IsFull(MergedSignal next) =>
        _part.Signals.Count == Limits.SignalsPerMergedPart
        || (_part.Signals.Count > 0 && _bytes + next.CalculateSize() > Limits.MergedPartBytes);

    private SignalsMerged Next()
    {
        var full = _part;
        _part = new SignalsMerged { FromContactId = from, First = full.First + (ulong)full.Signals.Count };
        _bytes = 0;
        return full;
    }

    private MergedFacts Facts()
    {
        var membership = _told.Membership;
        var facts = new MergedFacts
        {
            Email = membership.EmailUpserted ? Encoding.UTF8.GetString(membership.Email) : "",
            AccountId = Encoding.UTF8.GetString(membership.UpsertedAccount),
            Identified = _told.IsIdentified,
            Told = Told(),
        };
        facts.Traits.AddRange(TraitCodec.ToStored(_told.Traits));
        if (_told.Identity is { } identity)
            facts.ContactIds.AddRange(identity.Merged.Select(merged => merged.Id));
        return facts;
    }
    private ToldDates? Told()
    {
        var message = new MessageWriter();
        ToldCodec.Write(
            message, MergedFacts.ToldFieldNumber, _told.TraitDates, new SortedTraits().Of(_told.Traits), _told.Membership.EmailToldAt,
            _told.Membership.AccountToldAt);
        return MergedFacts.Parser.ParseFrom(message.Written).Told;
    }
}
