using LeadGrains.Grains.Retention;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;
using LeadGrains.Storage.Postgres.Sessions;

namespace LeadGrains.Storage.Postgres.Journals;

/// <summary>
/// Removes old signals from a partition's journal, a page of rows after the other. It remembers of each page when its oldest
/// signal was received, so that pages with nothing to remove are not read day by day. One caller at a time.
/// </summary>
internal sealed class JournalAgeing(PostgresDatabase database, int partitionCount)
{
    private readonly List<Stretch>[] _known = [.. Enumerable.Range(0, partitionCount).Select(_ => new List<Stretch>())];

    public async Task<ErasedEntries> RunAsync(int partition, SignalRemoval removal, Func<Task> rest, CancellationToken cancellationToken)
    {
        var removed = default(ErasedEntries);
        var stretches = new List<Stretch>();
        foreach (var known in _known[partition])
        {
            if (known.Oldest >= removal.Before)
            {
                removal.PassOver(known.Oldest);
                stretches.Add(known);
                continue;
            }

            while (After(stretches) < known.Last)
                removed += await PageAsync(partition, known.Last, stretches, removal, rest, cancellationToken);
        }

        for (var pieces = -1; pieces < stretches.Count;)
        {
            pieces = stretches.Count;
            removed += await PageAsync(partition, long.MaxValue, stretches, removal, rest, cancellationToken);
        }

        _known[partition] = stretches;
        return removed;
    }

    // The next page, and as far as it goes in what is to be read.
    private async Task<ErasedEntries> PageAsync(
        int partition, long upTo, List<Stretch> stretches, SignalRemoval removal, Func<Task> rest, CancellationToken cancellationToken)
    {
        var position = new JournalPosition(partition, After(stretches));
        var page = await JournalQueries.PageAsync(database, position, JournalQueries.MostBlocks, cancellationToken);
        if (page.Count == 0)
            return default;
        removal.BeginPiece();
        var removed = default(ErasedEntries);
        long last = 0;
        foreach (var block in page.TakeWhile(block => block.LastSequence <= upTo))
        {
            last = block.LastSequence;
            if (removal.MayConcern(block))
                removed += await JournalErasing.EraseAsync(database, partition, (last, block.Entries.ToArray()), removal, cancellationToken);
        }

        stretches.Add(new Stretch(last, removal.OldestOfPiece));
        await rest();
        return removed;
    }

    private static long After(List<Stretch> stretches) => stretches.Count > 0 ? stretches[^1].Last : 0;

    // Rows up to a sequence, behind the stretch before.
    private readonly record struct Stretch(long Last, Instant Oldest);
}
