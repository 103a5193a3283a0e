using System.Globalization;
using LeadGrains.Grains.Erasing;
using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Postgres.Sessions;
using Npgsql;

namespace LeadGrains.Storage.Postgres.Journals;

/// <summary>
/// Replaces rows of a partition's journal by ones without what is erased. A row is replaced only as it was read, so that two
/// that erase different people at a time both do; who owns the partition only adds rows, and changes none.
/// </summary>
internal static class JournalErasing
{
    // A look at so many rows is far from the bound of a statement's time.
    private const int RowsAtOnce = 512;

    // The bytes of those rows only that have something of it.
    private static readonly string Page = string.Create(
        CultureInfo.InvariantCulture,
        $"""
        SELECT last_sequence, octet_length(entries), CASE WHEN EXISTS (SELECT 1 FROM unnest($3) AS mark WHERE position(mark IN entries) > 0) THEN entries END
        FROM (SELECT last_sequence, entries FROM leadgrains.journal WHERE partition = $1 AND last_sequence > $2 ORDER BY last_sequence LIMIT {RowsAtOnce}) AS page
        ORDER BY last_sequence
        """);

    public static async Task<ErasedEntries> RunAsync(
        PostgresDatabase database, int partition, EntryErasure erasure, CancellationToken cancellationToken)
    {
        if (erasure.Marks.Count == 0)
            return await ReadAllAsync(database, partition, erasure, cancellationToken);
        var erased = default(ErasedEntries);
        for (long after = 0; ;)
        {
            var (rows, last) = await ReadAsync(database, partition, after, erasure.Marks, cancellationToken);
            if (last == after)
                return erased;
            after = last;
            foreach (var row in rows)
                erased += await EraseAsync(database, partition, row, erasure, cancellationToken);
        }
    }

    public static async Task<SearchedPlace> SearchAsync(
        PostgresDatabase database, int partition, IReadOnlyList<ReadOnlyMemory<byte>> texts, CancellationToken cancellationToken)
    {
        long bytes = 0, found = 0;
        for (long after = 0; ;)
        {
            var (rows, last, length) = await PageAsync(database, partition, after, texts, cancellationToken);
            if (last == after)
                return new SearchedPlace("journal", bytes, found);
            (after, bytes, found) = (last, bytes + length, found + rows.Count);
        }
    }

    // Of more people than the server can look for.
    private static async Task<ErasedEntries> ReadAllAsync(
        PostgresDatabase database, int partition, EntryErasure erasure, CancellationToken cancellationToken)
    {
        var erased = default(ErasedEntries);
        for (long after = 0; ;)
        {
            var page = await JournalQueries.PageAsync(database, new JournalPosition(partition, after), JournalQueries.MostBlocks, cancellationToken);
            if (page.Count == 0)
                return erased;
            after = page[^1].LastSequence;
            foreach (var block in page.Where(block => erasure.MayConcern(block)))
                erased += await EraseAsync(database, partition, (block.LastSequence, block.Entries.ToArray()), erasure, cancellationToken);
        }
    }

    private static async Task<(List<(long Last, byte[] Entries)> Rows, long Last)> ReadAsync(
        PostgresDatabase database, int partition, long after, IReadOnlyList<ReadOnlyMemory<byte>> marks, CancellationToken cancellationToken)
    {
        var (rows, last, _) = await PageAsync(database, partition, after, marks, cancellationToken);
        return (rows, last);
    }

    private static Task<(List<(long Last, byte[] Entries)> Rows, long Last, long Bytes)> PageAsync(
        PostgresDatabase database, int partition, long after, IReadOnlyList<ReadOnlyMemory<byte>> marks, CancellationToken cancellationToken) =>
        database.ReadAsync<(List<(long Last, byte[] Entries)> Rows, long Last, long Bytes)>(
            () => PostgresCommands.Of(Page).With(partition).With(after).WithBytes([.. marks]),
            async (rows, cancel) =>
            {
                var (found, last, bytes) = (new List<(long, byte[])>(), after, 0L);
                while (await rows.ReadAsync(cancel))
                {
                    last = rows.GetInt64(0);
                    bytes += rows.GetInt32(1);
                    if (!await rows.IsDBNullAsync(2, cancel))
                        found.Add((last, rows.GetFieldValue<byte[]>(2)));
                }

                return (found, last, bytes);
            },
            cancellationToken);

    /// <summary>Changes what a row has of it, and tries again where somebody else has changed the row.</summary>
    public static async Task<ErasedEntries> EraseAsync(
        PostgresDatabase database, int partition, (long Last, byte[] Entries) row, EntryRewriting rewriting, CancellationToken cancellationToken)
    {
        while (true)
        {
            var erased = (byte[])row.Entries.Clone();
            var entries = rewriting.Rewrite(partition, erased);
            if (entries == 0)
                return default;
            if (await ReplaceAsync(database, partition, row, erased, cancellationToken))
                return new ErasedEntries(entries, 1);
            var again = await JournalQueries.BlockOfAsync(database, partition, row.Last, cancellationToken);
            row = (row.Last, again?.Entries.ToArray() ?? []);
        }
    }

    private static Task<bool> ReplaceAsync(
        PostgresDatabase database, int partition, (long Last, byte[] Entries) row, byte[] erased, CancellationToken cancellationToken) =>
        database.PatientlyAsync(
            async connection =>
            {
                await using var batch = new NpgsqlBatch(connection)
                {
                    BatchCommands =
                    {
                        PostgresCommands.Of("UPDATE leadgrains.journal SET entries = $3 WHERE partition = $1 AND last_sequence = $2 AND entries = $4")
                            .With(partition).With(row.Last).WithBytes(erased).WithBytes(row.Entries),
                    },
                };
                return await batch.ExecuteNonQueryAsync(cancellationToken) == 1;
            },
            cancellationToken);
}
