namespace LeadGrains.Grains.Wire;

/// <summary>A stretch of a buffer that someone else holds.</summary>
/// <param name="Offset">Of its first byte.</param>
/// <param name="Length">In bytes; 0 for a field that is unset or empty.</param>
public readonly record struct ByteRange(int Offset, int Length)
{
    /// <summary>Whether it has no bytes.</summary>
    public bool IsEmpty => Length == 0;

    /// <summary>The bytes themselves.</summary>
    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> buffer) => buffer.Slice(Offset, Length);
}
