using System.Data.Common;
using System.Globalization;
using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Postgres.Sessions;

namespace LeadGrains.Storage.Postgres.Journals;

/// <summary>What is asked of the journal's tables.</summary>
internal static class JournalQueries
{
    /// <summary>A page has no more blocks, however small they are.</summary>
    public const int MostBlocks = 256;

    // A page waits in memory while the one before it is read. It has at least one block.
    private const long BytesAPage = 4 << 20;

    // The server looks at lengths, which it knows without reading the bytes, and sends only what the page has room for.
    private static readonly string Page = string.Create(
        CultureInfo.InvariantCulture,
        $"""
        SELECT {Columns} FROM (
          SELECT {Columns}, sum(octet_length(entries)) OVER (ORDER BY last_sequence ROWS UNBOUNDED PRECEDING) - octet_length(entries) AS bytes_before
          FROM leadgrains.journal WHERE partition = $1 AND last_sequence > $2 ORDER BY last_sequence LIMIT $3) AS ahead
        WHERE bytes_before < {BytesAPage} ORDER BY last_sequence
        """);

    private const string Columns = "partition, epoch, first_sequence, last_sequence, entry_count, entries";

    /// <summary>By partition, the sequence of the last entry, and how many entries there are.</summary>
    public static Task<(long[] Ends, long[] Counts)> EndsAsync(PostgresDatabase database, int partitionCount, CancellationToken cancellationToken) =>
        database.ReadAsync(
            () => PostgresCommands.Of("SELECT partition, last_sequence, entry_count FROM leadgrains.partitions"),
            async (rows, cancel) =>
            {
                var ends = new long[partitionCount];
                var counts = new long[partitionCount];
                while (await rows.ReadAsync(cancel))
                {
                    ends[rows.GetInt32(0)] = rows.GetInt64(1);
                    counts[rows.GetInt32(0)] = rows.GetInt64(2);
                }

                return (ends, counts);
            },
            cancellationToken);

    /// <summary>The next blocks after a position, in order, at most so many; none at the end.</summary>
    public static Task<IReadOnlyList<JournalBlock>> PageAsync(
        PostgresDatabase database, JournalPosition after, int mostBlocks, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<JournalBlock>>(
            () => PostgresCommands.Of(Page).With(after.Partition).With(after.Sequence).With(mostBlocks),
            async (rows, cancel) =>
            {
                var blocks = new List<JournalBlock>();
                while (await rows.ReadAsync(cancel))
                    blocks.Add(BlockOf(rows));
                return blocks;
            },
            cancellationToken);

    /// <summary>The block that has the entry, if there is such an entry.</summary>
    public static Task<JournalBlock?> BlockOfAsync(PostgresDatabase database, int partition, long sequence, CancellationToken cancellationToken) =>
        database.ReadAsync<JournalBlock?>(
            () => PostgresCommands.Of(
                $"SELECT {Columns} FROM leadgrains.journal WHERE partition = $1 AND last_sequence >= $2 ORDER BY last_sequence LIMIT 1")
                .With(partition).With(sequence),
            async (rows, cancel) => await rows.ReadAsync(cancel) ? BlockOf(rows) : null,
            cancellationToken);

    private static JournalBlock BlockOf(DbDataReader row) => new(
        row.GetInt32(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt32(4), row.GetFieldValue<byte[]>(5));
}
