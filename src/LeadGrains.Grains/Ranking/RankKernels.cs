using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Ranking;

/// <summary>
/// The formulas of <see cref="RankFormula"/> over many rows at a time, with the same operations in the same order and
/// so the same bits. Spans are equally long, a multiple of <see cref="Step"/>.
/// </summary>
internal static class RankKernels
{
    /// <summary>Rows that are worked on together are a multiple of this.</summary>
    public const int Step = 64;

    /// <summary>points += sums · factor.</summary>
    public static void Add(Span<double> points, ReadOnlySpan<double> sums, double factor)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            var factors = Vector512.Create(factor);
            var from = Wide(sums);
            var to = Wide(points);
            for (var i = 0; i < to.Length; i++)
                to[i] += from[i] * factors;
        }
        else
        {
            var factors = Vector256.Create(factor);
            var from = Narrow(sums);
            var to = Narrow(points);
            for (var i = 0; i < to.Length; i++)
                to[i] += from[i] * factors;
        }
    }

    /// <summary>points = min(max, 1 + step · max(0, engaged · factor - 1)) · points.</summary>
    public static void Broaden(Span<double> points, ReadOnlySpan<double> engaged, double factor, ScoringModel model)
    {
        var from = Narrow(engaged);
        var to = Narrow(points);
        var one = Vector256.Create(1.0);
        var step = Vector256.Create(model.BreadthStep);
        var max = Vector256.Create(model.BreadthMax);
        var factors = Vector256.Create(factor);
        for (var i = 0; i < to.Length; i++)
        {
            var beyondFirst = Vector256.Max(Vector256<double>.Zero, (from[i] * factors) - one);
            to[i] = Vector256.Min(max, one + (step * beyondFirst)) * to[i];
        }
    }

    /// <summary>intent = 100 · (1 - 2^(-points / halfPoint)), 0 for no points or fewer.</summary>
    public static void Saturate(ReadOnlySpan<double> points, Span<double> intent, double halfPoint)
    {
        if (Vector512.IsHardwareAccelerated)
            SaturateWide(Wide(points), Wide(intent), halfPoint);
        else
            SaturateNarrow(Narrow(points), Narrow(intent), halfPoint);
    }

    /// <summary>total = fitWeight · fit + intentWeight · intent.</summary>
    public static void Combine(ReadOnlySpan<double> fit, ReadOnlySpan<double> intent, Span<double> total, ScoringModel model)
    {
        var fits = Narrow(fit);
        var intents = Narrow(intent);
        var to = Narrow(total);
        var fitWeight = Vector256.Create(model.FitWeight);
        var intentWeight = Vector256.Create(model.IntentWeight);
        for (var i = 0; i < to.Length; i++)
            to[i] = (fitWeight * fits[i]) + (intentWeight * intents[i]);
    }

    /// <summary>Bit i is set where values[i] is at or above the least one. 64 values.</summary>
    public static ulong AtLeast(ReadOnlySpan<double> values, double least)
    {
        ulong bits = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            var bound = Vector512.Create(least);
            var vectors = Wide(values);
            for (var i = 0; i < vectors.Length; i++)
                bits |= Vector512.GreaterThanOrEqual(vectors[i], bound).ExtractMostSignificantBits() << (i * Vector512<double>.Count);
        }
        else
        {
            var bound = Vector256.Create(least);
            var vectors = Narrow(values);
            for (var i = 0; i < vectors.Length; i++)
                bits |= (ulong)Vector256.GreaterThanOrEqual(vectors[i], bound).ExtractMostSignificantBits() << (i * Vector256<double>.Count);
        }

        return bits;
    }

    internal static void SaturateWide(ReadOnlySpan<Vector512<double>> points, Span<Vector512<double>> intent, double halfPoint)
    {
        var half = Vector512.Create(halfPoint);
        var one = Vector512.Create(1.0);
        var hundred = Vector512.Create(100.0);
        for (var i = 0; i < intent.Length; i++)
        {
            var saturated = hundred * (one - Exp2.Of(-points[i] / half));
            var positive = Vector512.GreaterThan(points[i], Vector512<double>.Zero);
            intent[i] = Vector512.ConditionalSelect(positive, saturated, Vector512<double>.Zero);
        }
    }

    internal static void SaturateNarrow(ReadOnlySpan<Vector256<double>> points, Span<Vector256<double>> intent, double halfPoint)
    {
        var half = Vector256.Create(halfPoint);
        var one = Vector256.Create(1.0);
        var hundred = Vector256.Create(100.0);
        for (var i = 0; i < intent.Length; i++)
        {
            var saturated = hundred * (one - Exp2.Of(-points[i] / half));
            var positive = Vector256.GreaterThan(points[i], Vector256<double>.Zero);
            intent[i] = Vector256.ConditionalSelect(positive, saturated, Vector256<double>.Zero);
        }
    }

    private static ReadOnlySpan<Vector512<double>> Wide(ReadOnlySpan<double> values) => MemoryMarshal.Cast<double, Vector512<double>>(values);

    private static Span<Vector512<double>> Wide(Span<double> values) => MemoryMarshal.Cast<double, Vector512<double>>(values);

    private static ReadOnlySpan<Vector256<double>> Narrow(ReadOnlySpan<double> values) => MemoryMarshal.Cast<double, Vector256<double>>(values);

    private static Span<Vector256<double>> Narrow(Span<double> values) => MemoryMarshal.Cast<double, Vector256<double>>(values);
}
