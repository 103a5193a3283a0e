using System.Runtime.CompilerServices;
using System.Text;
using LeadGrains.Grains;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Copying;

/// <summary>Goes through the rows of two generations side by side.</summary>
internal sealed class GrainComparison(IGrainGeneration source, IGrainGeneration target, Differences differences, Action<CopyProgress> progress)
{
    private const int AtOnce = 4;
    private const int RowsBetweenReports = 256;

    private long _rows;
    private int _partitions;

    /// <summary>How many rows the source has.</summary>
    public async Task<long> RunAsync(int partitionCount, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, partitionCount, options, async (partition, cancel) =>
        {
            await CompareAsync(partition, partitionCount, cancel);
            Interlocked.Increment(ref _partitions);
        });
        return _rows;
    }

    // Both come in the same order, so that the lesser of two different keys is missing on the other side.
    private async Task CompareAsync(int partition, int partitionCount, CancellationToken cancellationToken)
    {
        await using var left = RowsOf(source, partition, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var right = RowsOf(target, partition, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var (hasLeft, hasRight) = (await left.MoveNextAsync(), await right.MoveNextAsync());
        while ((hasLeft || hasRight) && !differences.IsFull)
        {
            var order = !hasLeft ? 1 : !hasRight ? -1 : InOrder(left.Current.Key, right.Current.Key);
            if (order < 0)
                differences.Add("{0} is missing in the copy.", left.Current.Key);
            else if (order > 0)
                differences.Add("{0} is in the copy alone.", right.Current.Key);
            else if (DifferenceOf(left.Current, right.Current) is { } part)
                differences.Add("{0} has another {1} in the copy.", left.Current.Key, part);
            if (order <= 0)
            {
                Report(Interlocked.Increment(ref _rows), partitionCount);
                hasLeft = await left.MoveNextAsync();
            }

            if (order >= 0)
                hasRight = await right.MoveNextAsync();
        }
    }

    private static async IAsyncEnumerable<GrainRow> RowsOf(
        IGrainGeneration generation, int partition, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in GrainPages.OfAsync(generation, partition, cancellationToken))
        {
            foreach (var row in page)
                yield return row;
        }
    }

    private static int InOrder(GrainKey left, GrainKey right)
    {
        if (left == right)
            return 0;
        var order = ((int)left.Kind).CompareTo((int)right.Kind);
        if (order == 0)
            order = InOrder(left.Workspace, right.Workspace);
        return order == 0 ? InOrder(left.Id, right.Id) : order;
    }

    private static int InOrder(string left, string right) => Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));

    // Null where they are equal.
    private static string? DifferenceOf(GrainRow left, GrainRow right) =>
        left.Version != right.Version ? "version"
        : left.ModelVersion != right.ModelVersion ? "model version"
        : !left.State.Span.SequenceEqual(right.State.Span) ? "state"
        : !left.Resident.Span.SequenceEqual(right.Resident.Span) ? "resident state"
        : left.FirstSeenChunk != right.FirstSeenChunk || !AreEqual(left.Seen, right.Seen) ? "memory of signals"
        : ForPeople(left.Summary) != ForPeople(right.Summary) ? "value in the columns for people"
        : null;

    private static bool AreEqual(IReadOnlyList<SeenChunk> left, IReadOnlyList<SeenChunk> right) =>
        left.Count == right.Count && left.Zip(right).All(pair =>
            (pair.First.Number, pair.First.FirstReceived, pair.First.LastReceived) == (pair.Second.Number, pair.Second.FirstReceived, pair.Second.LastReceived)
            && pair.First.Hashes.Span.SequenceEqual(pair.Second.Hashes.Span));

    // A store may have put a mark in the place of U+0000.
    private static GrainSummary ForPeople(GrainSummary summary) =>
        summary with { TraitsJson = summary.TraitsJson.Replace("\\u0000", "\\ufffd", StringComparison.Ordinal) };

    private void Report(long rows, int partitionCount)
    {
        if (rows % RowsBetweenReports == 0)
            progress(new CopyProgress(CopyStep.CheckingGrains, rows, (double)Volatile.Read(ref _partitions) / partitionCount));
    }
}
