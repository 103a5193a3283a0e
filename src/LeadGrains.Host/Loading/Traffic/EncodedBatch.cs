namespace LeadGrains.Host.Loading.Traffic;

/// <summary>A batch as bytes. One is enough for a stream: it is free again once sending has returned.</summary>
internal sealed class EncodedBatch(byte[] buffer)
{
    public byte[] Buffer => buffer;

    public int Length { get; set; } = buffer.Length;

    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, Length);
}
