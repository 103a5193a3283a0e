using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Postgres.Sessions;

namespace LeadGrains.Storage.Postgres.Journals;

/// <summary>
/// Reads a partition's blocks page by page, each in a short transaction: who reads slowly keeps no connection, and nothing
/// from being cleaned up. First comes a single block, since some want no more; from then on the next page comes while one is
/// read.
/// </summary>
internal sealed class JournalPages
{
    // Partitions that are read beside each other: several loops have something to do, and few pages wait in memory.
    private const int Beside = 4;

    private readonly PostgresDatabase _database;
    private readonly CancellationToken _cancellationToken;
    private JournalPosition _after;
    private Task<IReadOnlyList<JournalBlock>>? _next;
    private bool _isBegun;

    private JournalPages(PostgresDatabase database, JournalPosition after, CancellationToken cancellationToken)
    {
        _database = database;
        _after = after;
        _cancellationToken = cancellationToken;
        _next = Fetch(mostBlocks: 1);
    }

    /// <summary>The blocks after the positions, each partition's in order.</summary>
    public static IEnumerable<JournalBlock> Read(PostgresDatabase database, IReadOnlyList<JournalPosition> after, CancellationToken cancellationToken)
    {
        var waiting = new Queue<JournalPosition>(InStrides(after));
        var open = new Queue<JournalPages>();
        while (open.Count > 0 || waiting.Count > 0)
        {
            while (open.Count < Beside && waiting.TryDequeue(out var position))
                open.Enqueue(new JournalPages(database, position, cancellationToken));
            var pages = open.Dequeue();
            if (pages.Take() is not { Count: > 0 } page)
                continue;
            open.Enqueue(pages);
            foreach (var block in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return block;
            }
        }
    }

    // Neighbouring partitions are mostly of one loop.
    private static IEnumerable<JournalPosition> InStrides(IReadOnlyList<JournalPosition> after)
    {
        var stride = (after.Count + Beside - 1) / Beside;
        return after.Index().OrderBy(position => position.Index % Math.Max(1, stride)).Select(position => position.Item);
    }

    // The next page; none at the end.
    private IReadOnlyList<JournalBlock> Take()
    {
        var page = (_next ?? Fetch(JournalQueries.MostBlocks)).GetAwaiter().GetResult();
        _next = null;
        if (page.Count == 0)
            return page;
        _after = _after with { Sequence = page[^1].LastSequence };
        if (_isBegun)
            _next = Fetch(JournalQueries.MostBlocks);
        _isBegun = true;
        return page;
    }

    private Task<IReadOnlyList<JournalBlock>> Fetch(int mostBlocks) => JournalQueries.PageAsync(_database, _after, mostBlocks, _cancellationToken);
}
