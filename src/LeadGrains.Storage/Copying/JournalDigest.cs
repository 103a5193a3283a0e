using System.Security.Cryptography;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Copying;

/// <summary>What one partition's journal holds, whichever blocks it stands in and however partitions lie between each other.</summary>
/// <param name="Entries">How many.</param>
/// <param name="LastSequence">Of the last one.</param>
/// <param name="Hash">SHA-256 of all of them, one after the other, as hexadecimal digits.</param>
internal readonly record struct JournalDigest(long Entries, long LastSequence, string Hash)
{
    private const int BlocksBetweenReports = 256;

    /// <summary>Reads a whole journal, by partition.</summary>
    /// <param name="journal">Nobody writes to it.</param>
    /// <param name="progress">Told now and then how many entries were read; may be null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static JournalDigest[] Of(IJournal journal, Action<long>? progress, CancellationToken cancellationToken)
    {
        var hashes = Enumerable.Range(0, journal.PartitionCount).Select(_ => IncrementalHash.CreateHash(HashAlgorithmName.SHA256)).ToArray();
        var counts = new long[hashes.Length];
        try
        {
            long entries = 0;
            var blocks = 0;
            foreach (var block in journal.Read([.. hashes.Select((_, partition) => new JournalPosition(partition, 0))], cancellationToken))
            {
                hashes[block.Partition].AppendData(block.Entries.Span);
                counts[block.Partition] += block.Count;
                entries += block.Count;
                if (++blocks % BlocksBetweenReports == 0)
                    progress?.Invoke(entries);
            }

            return [.. hashes.Select((hash, partition) =>
                new JournalDigest(counts[partition], journal.LastSequence(partition), Convert.ToHexString(hash.GetHashAndReset())))];
        }
        finally
        {
            foreach (var hash in hashes)
                hash.Dispose();
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Entries} entries up to {LastSequence} (SHA-256 {Hash[..8]})";
}
