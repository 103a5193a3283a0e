using System.Runtime.InteropServices;

namespace LeadGrains.Scoring;

/// <summary>
/// Memory for the many short lists that grains keep. They lie in large arrays that no garbage collection looks into or
/// moves; a list of its own would be a young array in an old object each time it grows, and finding those is most of what
/// a collection would do. What a list gives back is used again. Who has no arena gets arrays of the lists' own.
/// Not safe for several threads.
/// </summary>
public sealed class ListArena
{
    /// <summary>Longer lists get an array of their own, in bytes.</summary>
    internal const int Largest = 16 * 1024;

    private const int LineBytes = 64;
    private const int ChunkBytes = 128 * 1024;

    // Each at most half as large again as the one before it, or one line.
    private static readonly int[] Sizes = [32, 64, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096, 6144, 8192, 12288, Largest];

    private readonly List<Piece>[] _free = [.. Sizes.Select(_ => new List<Piece>())];
    private Piece _rest;
    private int _restBytes;

    /// <summary>Memory held, whether lists use it or not, in bytes. What is larger than a piece is not in it.</summary>
    public long MemoryBytes { get; private set; }

    /// <summary>Room for at least so many bytes, with anything in it.</summary>
    internal static Piece Take(ListArena? arena, int bytes, out int taken)
    {
        var size = SizeOf(bytes);
        if (size < 0)
        {
            taken = bytes;
            return new Piece(GC.AllocateUninitializedArray<byte>(bytes), 0);
        }

        taken = Sizes[size];
        return arena?.Take(size) ?? new Piece(GC.AllocateUninitializedArray<byte>(taken), 0);
    }

    /// <summary>Takes room back that was taken from the same arena.</summary>
    internal static void GiveBack(ListArena? arena, Piece piece, int taken)
    {
        if (arena is not null && SizeOf(taken) is >= 0 and var size)
            arena._free[size].Add(piece);
    }

    private Piece Take(int size)
    {
        var free = _free[size];
        if (free.Count > 0)
        {
            var last = free[^1];
            free.RemoveAt(free.Count - 1);
            return last;
        }

        var bytes = Sizes[size];
        if (_restBytes < bytes)
            AddChunk();
        var piece = _rest;
        _rest = piece with { At = piece.At + bytes };
        _restBytes -= bytes;
        return piece;
    }

    // What is left of the chunk before becomes pieces, the largest first.
    private void AddChunk()
    {
        for (var size = Sizes.Length - 1; size >= 0; size--)
        {
            for (; _restBytes >= Sizes[size]; _restBytes -= Sizes[size])
            {
                _free[size].Add(_rest);
                _rest = _rest with { At = _rest.At + Sizes[size] };
            }
        }

        var chunk = GC.AllocateUninitializedArray<byte>(ChunkBytes, pinned: true);
        var first = (int)(-Marshal.UnsafeAddrOfPinnedArrayElement(chunk, 0) & (LineBytes - 1));
        _rest = new Piece(chunk, first);
        _restBytes = ChunkBytes - first;
        MemoryBytes += ChunkBytes;
    }

    // -1 where a list is long enough to have an array of its own.
    private static int SizeOf(int bytes)
    {
        for (var size = 0; size < Sizes.Length; size++)
        {
            if (bytes <= Sizes[size])
                return size;
        }

        return -1;
    }

    /// <summary>Room in an array.</summary>
    internal readonly record struct Piece(byte[] Bytes, int At);
}
