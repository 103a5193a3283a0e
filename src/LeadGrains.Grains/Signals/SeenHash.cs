namespace LeadGrains.Grains.Signals;

/// <summary>By what a repeated signal is known: S(S(0, source or "default"), id), where S is <see cref="StableHash"/>.</summary>
/// <remarks>
/// The source is hashed by itself, so moving a letter from source to id gives another hash. Among the 16,384 signals
/// that a grain remembers, two different ones share a hash once in about 10^11 grains.
/// </remarks>
internal static class SeenHash
{
    public static ulong Of(ReadOnlySpan<byte> source, ReadOnlySpan<byte> id) =>
        StableHash.Of(StableHash.Of(0, source.IsEmpty ? "default"u8 : source), id);
}
