using LeadGrains.Grains.Checkpoints;
using LeadGrains.Grains.Seen;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Grains.Tests.Seen;

internal static class SavedChunks
{
    /// <summary>What a row would hold that is not stored yet: full chunks beside the state, and the open one within it.</summary>
    public static IReadOnlyList<SeenChunk> Saved(this SeenSignals seen)
    {
        var full = seen.DirtyChunks(new RowMemory());
        if (seen.OpenCount == 0)
            return full;
        var hashes = new byte[seen.OpenCount * sizeof(ulong)];
        var (number, first, last) = seen.CopyOpen(hashes);
        return [.. full, new SeenChunk(number, first, last, hashes)];
    }
}
