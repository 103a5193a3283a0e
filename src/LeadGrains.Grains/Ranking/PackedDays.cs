using System.Numerics;
using System.Runtime.InteropServices;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Ranking;

/// <summary>
/// <see cref="VelocityDays"/> as 32-bit words: the newest day, which days have points, bit 0 the newest, and the points
/// of these. Nothing where no day has any.
/// </summary>
internal static class PackedDays
{
    /// <summary>The most words that days take.</summary>
    public const int MaxWords = PointsAt + Velocity.Days;

    private const int MaskAt = 1;
    private const int PointsAt = 2;

    /// <summary>How many words the days take; 0 where they are empty.</summary>
    public static int WordsOf(in VelocityDays days)
    {
        var mask = MaskOf(days);
        return mask == 0 ? 0 : PointsAt + BitOperations.PopCount(mask);
    }

    /// <summary>How many words the days take whose second word that is.</summary>
    public static int WordsOf(uint mask) => PointsAt + BitOperations.PopCount(mask);

    /// <summary>Writes days into as many words as they take.</summary>
    public static void Write(Span<uint> to, in VelocityDays days)
    {
        if (to.IsEmpty)
            return;
        to[0] = (uint)days.NewestDay;
        to[MaskAt] = MaskOf(days);
        var next = PointsAt;
        for (var rest = to[MaskAt]; rest != 0; rest &= rest - 1)
            to[next++] = BitConverter.SingleToUInt32Bits(days[BitOperations.TrailingZeroCount(rest)]);
    }

    /// <summary>The days that begin with the first of these words.</summary>
    public static VelocityDays Read(ReadOnlySpan<uint> from) => from.IsEmpty
        ? default
        : VelocityDays.Unpack((int)from[0], (int)from[MaskAt], MemoryMarshal.Cast<uint, float>(from[PointsAt..]));

    private static uint MaskOf(in VelocityDays days)
    {
        uint mask = 0;
        for (var age = 0; age < Velocity.Days; age++)
            mask |= days[age] != 0 ? 1u << age : 0;
        return mask;
    }
}
