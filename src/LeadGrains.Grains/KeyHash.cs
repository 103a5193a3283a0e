using System.Buffers;
using System.Text;

namespace LeadGrains.Grains;

/// <summary>
/// Where a grain's key leads: a 64-bit hash of workspace, kind and id, and from it the partition. Stored data is laid
/// out by it, so it never changes.
/// </summary>
/// <remarks>
/// hash = S(S(kind, workspace), id), where S(seed, bytes) is <see cref="StableHash"/>. The workspace is hashed by
/// itself, so moving a letter from workspace to id gives another hash.
/// </remarks>
public static class KeyHash
{
    /// <summary>The hash of a key whose texts are at hand in UTF-8.</summary>
    public static ulong Of(ReadOnlySpan<byte> workspaceUtf8, GrainKind kind, ReadOnlySpan<byte> idUtf8) =>
        Of(Seed(workspaceUtf8, kind), idUtf8);

    /// <summary>The hash of a key.</summary>
    public static ulong Of(GrainKey key) => OfText(Seed(key.Workspace, key.Kind), key.Id);

    /// <summary>
    /// The partition of a hash: its upper half as a fraction of all values, times the count. Tables within a
    /// partition place by the lower half, which is independent of it.
    /// </summary>
    /// <param name="hash">Of a key.</param>
    /// <param name="partitionCount">At least 1.</param>
    /// <returns>0 to <paramref name="partitionCount"/> - 1.</returns>
    public static int PartitionOf(ulong hash, int partitionCount) => (int)(((hash >> 32) * (uint)partitionCount) >> 32);

    /// <summary>The part of the hash that all keys of one workspace and kind share.</summary>
    internal static ulong Seed(ReadOnlySpan<byte> workspaceUtf8, GrainKind kind) => StableHash.Of((ulong)kind, workspaceUtf8);

    /// <inheritdoc cref="Seed(ReadOnlySpan{byte}, GrainKind)"/>
    internal static ulong Seed(string workspace, GrainKind kind) => OfText((ulong)kind, workspace);

    /// <summary>The hash of an id, given its workspace and kind's <see cref="Seed(string, GrainKind)"/>.</summary>
    internal static ulong Of(ulong seed, ReadOnlySpan<byte> idUtf8) => StableHash.Of(seed, idUtf8);

    private static ulong OfText(ulong seed, string text)
    {
        const int OnStack = 384;
        var bound = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (bound <= OnStack)
        {
            Span<byte> utf8 = stackalloc byte[OnStack];
            return StableHash.Of(seed, utf8[..Encoding.UTF8.GetBytes(text, utf8)]);
        }

        var rented = ArrayPool<byte>.Shared.Rent(bound);
        try
        {
            return StableHash.Of(seed, rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
