using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Ranking;

/// <summary>Those of a signal without any.</summary>
internal readonly struct NoAttributes : IAttributes
{
    public bool TryGet(ReadOnlySpan<byte> nameUtf8, out ReadOnlySpan<byte> valueUtf8)
    {
        valueUtf8 = default;
        return false;
    }
}
