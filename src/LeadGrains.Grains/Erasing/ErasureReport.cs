using Google.Protobuf;
using LeadGrains.Grains.Storage;
using LeadGrains.Registry.V1;
using LeadGrains.Scoring;
using SearchedPlace = LeadGrains.Grains.Storage.SearchedPlace;

namespace LeadGrains.Grains;

/// <summary>How far the erasure of a person is, and what it did. It holds no personal data.</summary>
public sealed record ErasureReport
{
    /// <summary>Names the erasure: what is left of the contact's id, 32 hexadecimal digits.</summary>
    public required string Tombstone { get; init; }

    /// <summary>How many ids led to the person.</summary>
    public required int Ids { get; init; }

    /// <summary>When it was begun: from then on nobody sees the person.</summary>
    public required Instant BegunAt { get; init; }

    /// <summary>When it was done; null while it is under way.</summary>
    public required Instant? FinishedAt { get; init; }

    /// <summary>Entries of the journal that were erased, and the pieces that were written anew for it.</summary>
    public required ErasedEntries Entries { get; init; }

    /// <summary>Rows that were removed.</summary>
    public required long Rows { get; init; }

    /// <summary>
    /// Where the ids and e-mail addresses were looked for afterwards; empty where they were no longer known, after a crash
    /// at the very end: asking again by the id looks again.
    /// </summary>
    public required IReadOnlyList<SearchedPlace> Searched { get; init; }

    /// <summary>How many ids and addresses were looked for.</summary>
    public required int SearchedTexts { get; init; }

    internal Erasure ToRecord()
    {
        var record = new Erasure
        {
            BegunAtTicks = BegunAt.Ticks,
            ErasedEntries = (ulong)Entries.Entries,
            Rewritten = (ulong)Entries.Pieces,
            RemovedRows = (ulong)Rows,
            SearchedTexts = (uint)SearchedTexts,
        };
        record.Tombstones.AddRange(Enumerable.Repeat(ByteString.CopyFrom(Erasing.Tombstone.Parse(Tombstone)!.Value.ToArray()), Ids));
        record.Searched.AddRange(Searched.Select(place => new Registry.V1.SearchedPlace
        {
            Place = place.Place,
            Bytes = (ulong)place.Bytes,
            Found = (ulong)place.Found,
        }));
        if (FinishedAt is { } finished)
            record.FinishedAtTicks = finished.Ticks;
        return record;
    }

    internal static ErasureReport Of(Erasure record) => new()
    {
        Tombstone = Erasing.Tombstone.From(record.Tombstones[0].Span).ToString(),
        Ids = record.Tombstones.Count,
        BegunAt = new Instant(record.BegunAtTicks),
        FinishedAt = record.HasFinishedAtTicks ? new Instant(record.FinishedAtTicks) : null,
        Entries = new ErasedEntries((long)record.ErasedEntries, (long)record.Rewritten),
        Rows = (long)record.RemovedRows,
        Searched = [.. record.Searched.Select(place => new SearchedPlace(place.Place, (long)place.Bytes, (long)place.Found))],
        SearchedTexts = (int)record.SearchedTexts,
    };
}
