using System.Buffers.Binary;
using System.Buffers.Text;
using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Wire;

namespace LeadGrains.Grains.Watching;

/// <summary>
/// How far a watcher has come: a sequence for each partition, up to which everything has been given. As text it is a
/// resume token: a format version, the sequences as varints, and a check, in base64url without padding.
/// </summary>
internal sealed class WatchPositions(long[] sequences)
{
    private const byte Format = 1;
    private const int VarintBytes = 10;
    private const int CheckBytes = sizeof(uint);

    /// <summary>The sequence of a partition.</summary>
    public long this[int partition] => sequences[partition];

    /// <summary>Some partition is not as far as that.</summary>
    public bool IsBehind(ReadOnlySpan<long> target)
    {
        for (var partition = 0; partition < sequences.Length; partition++)
        {
            if (sequences[partition] < target[partition])
                return true;
        }

        return false;
    }

    /// <summary>How much of the way there is behind it, 0 to 1.</summary>
    public double ShareOf(ReadOnlySpan<long> target)
    {
        double done = 0, all = 0;
        for (var partition = 0; partition < sequences.Length; partition++)
            (done, all) = (done + Math.Min(sequences[partition], target[partition]), all + target[partition]);
        return all == 0 ? 1 : done / all;
    }

    /// <summary>The partitions that are not as far as that, and where they are.</summary>
    public List<JournalPosition> Behind(ReadOnlySpan<long> target)
    {
        var behind = new List<JournalPosition>();
        for (var partition = 0; partition < sequences.Length; partition++)
        {
            if (sequences[partition] < target[partition])
                behind.Add(new JournalPosition(partition, sequences[partition]));
        }

        return behind;
    }

    /// <summary>Moves one partition on, never back.</summary>
    public void Advance(int partition, long sequence) => sequences[partition] = Math.Max(sequences[partition], sequence);

    /// <summary>Moves all partitions on, none back.</summary>
    public void Advance(ReadOnlySpan<long> to)
    {
        for (var partition = 0; partition < sequences.Length; partition++)
            Advance(partition, to[partition]);
    }

    /// <summary>The token.</summary>
    public string Write()
    {
        var bytes = new byte[1 + (sequences.Length * VarintBytes) + CheckBytes];
        bytes[0] = Format;
        var length = 1;
        foreach (var sequence in sequences)
        {
            var rest = (ulong)sequence;
            for (; rest >= 0x80; rest >>= 7)
                bytes[length++] = (byte)(rest | 0x80);
            bytes[length++] = (byte)rest;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(length), CheckOf(bytes.AsSpan(0, length)));
        return Base64Url.EncodeToString(bytes.AsSpan(0, length + CheckBytes));
    }

    /// <summary>Reads a token that must be of a journal that ends there.</summary>
    /// <exception cref="ResumeTokenException">It is not.</exception>
    public static WatchPositions Read(string token, IReadOnlyList<long> ends)
    {
        var sequences = Parse(token, ends.Count) ?? throw new ResumeTokenException();
        for (var partition = 0; partition < sequences.Length; partition++)
        {
            if (sequences[partition] < 0 || sequences[partition] > ends[partition])
                throw new ResumeTokenException();
        }

        return new WatchPositions(sequences);
    }

    /// <summary>As far as a token comes, and no further than a journal that ends there; its end for a token that cannot be read.</summary>
    public static WatchPositions Within(string token, IReadOnlyList<long> ends)
    {
        var sequences = Parse(token, ends.Count);
        return new WatchPositions([.. ends.Select((end, partition) => sequences?[partition] is { } sequence and >= 0 ? Math.Min(sequence, end) : end)]);
    }

    private static long[]? Parse(string token, int partitions)
    {
        if (token.Length > Limits.ResumeTokenBytes || !Base64Url.IsValid(token))
            return null;
        var bytes = Base64Url.DecodeFromChars(token).AsSpan();
        if (bytes.Length < 1 + CheckBytes || bytes[0] != Format)
            return null;
        var content = bytes[..^CheckBytes];
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[^CheckBytes..]) != CheckOf(content))
            return null;
        var sequences = new long[partitions];
        var at = 1;
        for (var partition = 0; partition < partitions; partition++)
        {
            if (!WireReader.TryReadVarint(content, ref at, out var sequence))
                return null;
            sequences[partition] = (long)sequence;
        }

        return at == content.Length ? sequences : null;
    }

    private static uint CheckOf(ReadOnlySpan<byte> content) => (uint)StableHash.Of(Format, content);
}
