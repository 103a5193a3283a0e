using System.Buffers.Binary;
using System.Text;

namespace LeadGrains.Grains.Ranking;

/// <summary>
/// A 64-bit hash of what a ranking asks for, but for page and instant: equal for filters that mean the same, however
/// their lists are ordered.
/// </summary>
internal static class FilterFingerprint
{
    /// <summary>The hash.</summary>
    public static ulong Of(string workspace, GrainKind kind, RankFilter filter, RankBy by)
    {
        var text = new StringBuilder();
        Append(text, [workspace]);
        Append(text, filter.Stages.Order(StringComparer.Ordinal).Distinct());
        Append(text, filter.Grades.Order(StringComparer.Ordinal).Distinct());
        foreach (var (trait, values) in filter.Traits.Where(trait => trait.Value.Count > 0).OrderBy(trait => trait.Key, StringComparer.Ordinal))
        {
            Append(text, [trait]);
            Append(text, values.Select(value => value.ToUpperInvariant()).Order(StringComparer.Ordinal).Distinct());
        }

        Span<byte> figures = stackalloc byte[4 * sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(figures, BitsOf(filter.MinTotal));
        BinaryPrimitives.WriteInt64LittleEndian(figures[8..], BitsOf(filter.MinFit));
        BinaryPrimitives.WriteInt64LittleEndian(figures[16..], BitsOf(filter.MinIntent));
        BinaryPrimitives.WriteInt64LittleEndian(figures[24..], ((long)kind << 16) | ((long)by << 8) | FlagsOf(filter));
        return StableHash.Of(StableHash.Of(0, figures), Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static long FlagsOf(RankFilter filter) =>
        (filter.IncludeDisqualified ? 1 : 0) | (filter.Dormant ? 2 : 0) | (filter.Surging ? 4 : 0) | (filter.Unmatched ? 8 : 0);

    // Each text with its length before it, each list with an end, so that no two lists run together.
    private static void Append(StringBuilder text, IEnumerable<string> values)
    {
        foreach (var value in values)
            text.Append(value.Length).Append(':').Append(value);
        text.Append(';');
    }

    // A bound that is not set differs from every bound that is; -0 is 0.
    private static long BitsOf(double? bound) => bound is { } set ? BitConverter.DoubleToInt64Bits(set + 0.0) : -1;
}
