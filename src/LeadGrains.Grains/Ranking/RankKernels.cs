using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LeadGrains.Grains.Ranking;

/// <summary>
/// The formulas of <see cref="RankFormula"/> over <see cref="Rows"/> rows at a time, with the same operations in the
/// same order and so the same bits.
/// </summary>
internal static unsafe class RankKernels
{
    /// <summary>Rows that are worked on together: one bit each in a word.</summary>
    public const int Rows = 64;

    /// <summary>Intent points of the rows.</summary>
    public static void Weigh(in RankInputs inputs, int first, double* points)
    {
        if (Vector512.IsHardwareAccelerated)
            Weigh<Lanes512, Vector512<double>>(inputs, first, points);
        else if (Vector256.IsHardwareAccelerated)
            Weigh<Lanes256, Vector256<double>>(inputs, first, points);
        else
            Weigh<SingleLane, double>(inputs, first, points);
    }

    /// <summary>As <see cref="Weigh(in RankInputs, int, double*)"/>, with what is below zero left out of all sums.</summary>
    public static void WeighGains(in RankInputs inputs, int first, double* points)
    {
        if (Vector512.IsHardwareAccelerated)
            WeighGains<Lanes512, Vector512<double>>(inputs, first, points);
        else if (Vector256.IsHardwareAccelerated)
            WeighGains<Lanes256, Vector256<double>>(inputs, first, points);
        else
            WeighGains<SingleLane, double>(inputs, first, points);
    }

    /// <summary>Intent and total of the rows, from their points.</summary>
    public static void Score(in RankInputs inputs, int first, double* points, double* intent, double* total)
    {
        if (Vector512.IsHardwareAccelerated)
            Score<Lanes512, Vector512<double>>(inputs, first, points, intent, total);
        else if (Vector256.IsHardwareAccelerated)
            Score<Lanes256, Vector256<double>>(inputs, first, points, intent, total);
        else
            Score<SingleLane, double>(inputs, first, points, intent, total);
    }

    /// <summary>One bit for each row, set where its value is at or above the bound.</summary>
    public static ulong AtLeast(double* values, double bound)
    {
        if (Vector512.IsHardwareAccelerated)
            return AtLeast<Lanes512, Vector512<double>>(values, bound);
        return Vector256.IsHardwareAccelerated
            ? AtLeast<Lanes256, Vector256<double>>(values, bound)
            : AtLeast<SingleLane, double>(values, bound);
    }

    /// <inheritdoc cref="Weigh(in RankInputs, int, double*)"/>
    internal static void Weigh<TLanes, TVector>(in RankInputs inputs, int first, double* points)
        where TLanes : IRankLanes<TVector>
        where TVector : struct => Weigh<TLanes, TVector>(inputs, first, points, gainsOnly: false);

    /// <inheritdoc cref="WeighGains(in RankInputs, int, double*)"/>
    internal static void WeighGains<TLanes, TVector>(in RankInputs inputs, int first, double* points)
        where TLanes : IRankLanes<TVector>
        where TVector : struct => Weigh<TLanes, TVector>(inputs, first, points, gainsOnly: true);

    /// <inheritdoc cref="Score(in RankInputs, int, double*, double*, double*)"/>
    internal static void Score<TLanes, TVector>(in RankInputs inputs, int first, double* points, double* intent, double* total)
        where TLanes : IRankLanes<TVector>
        where TVector : struct
    {
        var fit = inputs.Fit + first;
        var halfPoint = TLanes.All(inputs.HalfPoint);
        var fitWeight = TLanes.All(inputs.FitWeight);
        var intentWeight = TLanes.All(inputs.IntentWeight);
        for (var i = 0; i < Rows; i += TLanes.Count)
        {
            var held = TLanes.Load(points + i);
            var missing = TLanes.PowerOfTwo(TLanes.Divide(TLanes.Subtract(TLanes.All(-0.0), held), halfPoint));
            var saturated = TLanes.Multiply(TLanes.All(100), TLanes.Subtract(TLanes.All(1), missing));
            saturated = TLanes.WherePositive(held, saturated);
            TLanes.Store(saturated, intent + i);
            var ofFit = TLanes.Multiply(fitWeight, TLanes.Load(fit + i));
            TLanes.Store(TLanes.Add(ofFit, TLanes.Multiply(intentWeight, saturated)), total + i);
        }
    }

    /// <inheritdoc cref="AtLeast(double*, double)"/>
    internal static ulong AtLeast<TLanes, TVector>(double* values, double bound)
        where TLanes : IRankLanes<TVector>
        where TVector : struct
    {
        var bounds = TLanes.All(bound);
        ulong bits = 0;
        for (var i = 0; i < Rows; i += TLanes.Count)
            bits |= TLanes.AtLeast(TLanes.Load(values + i), bounds) << i;
        return bits;
    }

    /// <summary>The greatest of the values, none of which is NaN.</summary>
    public static double Greatest(double* values)
    {
        var greatest = Vector256.Load(values);
        for (var i = Vector256<double>.Count; i < Rows; i += Vector256<double>.Count)
            greatest = Vector256.MaxNative(greatest, Vector256.Load(values + i));
        var half = Vector128.MaxNative(greatest.GetLower(), greatest.GetUpper());
        return Math.Max(half[0], half[1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Weigh<TLanes, TVector>(in RankInputs inputs, int first, double* points, bool gainsOnly)
        where TLanes : IRankLanes<TVector>
        where TVector : struct
    {
        // Copies, since a store to the points might change what they are copies of, for all that the compiler knows.
        var columns = inputs.Columns;
        var sums = inputs.Sums;
        var factors = inputs.Factors;
        var ownSums = inputs.OwnSums;
        var ownFactors = inputs.OwnFactors;
        var engaged = inputs.Engaged;
        var one = TLanes.All(1);
        var engagedFactor = TLanes.All(inputs.EngagedFactor);
        var step = TLanes.All(inputs.BreadthStep);
        var max = TLanes.All(inputs.BreadthMax);
        for (var i = 0; i < Rows; i += TLanes.Count)
        {
            var row = first + i;
            var sum = Sum<TLanes, TVector>(sums, factors, columns, row, gainsOnly);
            if (engaged is not null)
            {
                var beyondFirst = TLanes.Subtract(TLanes.Multiply(TLanes.Load(engaged + row), engagedFactor), one);
                var factor = TLanes.Add(one, TLanes.Multiply(step, TLanes.Max(TLanes.All(0), beyondFirst)));
                sum = TLanes.Multiply(TLanes.Min(max, factor), sum);
            }

            if (ownSums is not null)
                sum = TLanes.Add(sum, Sum<TLanes, TVector>(ownSums, ownFactors, columns, row, gainsOnly));
            TLanes.Store(sum, points + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Sum<TLanes, TVector>(double** sums, double* factors, int columns, int row, bool gainsOnly)
        where TLanes : IRankLanes<TVector>
        where TVector : struct
    {
        var sum = TLanes.All(0);
        for (var c = 0; c < columns; c++)
        {
            var held = TLanes.Load(sums[c] + row);
            if (gainsOnly)
                held = TLanes.Max(TLanes.All(0), held);
            sum = TLanes.Add(sum, TLanes.Multiply(held, TLanes.All(factors[c])));
        }

        return sum;
    }
}
