using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LeadGrains.Scoring;

/// <summary>
/// 2 to the power of x, the same bits on every machine: only IEEE additions and multiplications in a fixed order, no
/// library call and no fused multiply-add. Relative error at most 1e-15; exact where x is a whole number.
/// Below -1000 the result is 0, from 1024 on it is infinity, NaN stays NaN.
/// </summary>
/// <remarks>
/// x = n + f with |f| ≤ 1/2; 2^f = 1 + f·q(f), where q is the Chebyshev interpolant of (2^f - 1)/f of degree 10
/// (relative error 2e-17 before rounding). Coefficients hold an extra factor of 2 and the scale is 2^(n-1), so that
/// n = 1024 needs no case of its own. The scalar and the vectors must stay the same line for line.
/// </remarks>
public static class Exp2
{
    internal const double Lowest = -1000;
    internal const double Highest = 1024;

    // Adding it rounds to the nearest whole number, which then stands in the low bits of the sum.
    private const double Rounder = 6755399441055744.0;
    private const long ScaleBias = 1022L << 52;

    private const double C0 = 2.0;
    private const double C1 = 1.3862943611198906;
    private const double C2 = 0.48045301391820194;
    private const double C3 = 0.1110082173296432;
    private const double C4 = 0.019236258215213776;
    private const double C5 = 0.002666711629283387;
    private const double C6 = 0.000308070608834721;
    private const double C7 = 3.050546765967224e-05;
    private const double C8 = 2.643088517584338e-06;
    private const double C9 = 2.0356124891691547e-07;
    private const double C10 = 1.4145171898538447e-08;
    private const double C11 = 8.909921196373037e-10;

    /// <summary>2^x.</summary>
    public static double Of(double x)
    {
        if (x < Lowest)
            return 0;
        if (x >= Highest)
            return double.PositiveInfinity;

        var rounded = x + Rounder;
        var f = x - (rounded - Rounder);
        return TwicePower(f) * BitConverter.Int64BitsToDouble((BitConverter.DoubleToInt64Bits(rounded) << 52) + ScaleBias);
    }

    /// <summary>
    /// 2^(whole + fraction): the bits of 2^fraction with another exponent, however large the whole number is.
    /// </summary>
    /// <param name="whole">Any whole number.</param>
    /// <param name="fraction">From -1/2 to 1/2.</param>
    public static double Of(long whole, double fraction)
    {
        if (whole < Lowest || (whole == Lowest && fraction < 0))
            return 0;
        if (whole > Highest || (whole == Highest && fraction >= 0))
            return double.PositiveInfinity;
        return TwicePower(fraction) * BitConverter.Int64BitsToDouble((whole << 52) + ScaleBias);
    }

    /// <summary>2^x of each element, with the bits of <see cref="Of(double)"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Of(Vector256<double> x)
    {
        var rounder = Vector256.Create(Rounder);
        var rounded = x + rounder;
        var f = x - (rounded - rounder);
        var scale = (Vector256.ShiftLeft(rounded.AsInt64(), 52) + Vector256.Create(ScaleBias)).AsDouble();

        var f2 = f * f;
        var f4 = f2 * f2;
        var low = (Vector256.Create(C1) + Vector256.Create(C2) * f) + (Vector256.Create(C3) + Vector256.Create(C4) * f) * f2;
        var middle = (Vector256.Create(C5) + Vector256.Create(C6) * f) + (Vector256.Create(C7) + Vector256.Create(C8) * f) * f2;
        var high = (Vector256.Create(C9) + Vector256.Create(C10) * f) + Vector256.Create(C11) * f2;
        var q = low + (middle + high * f4) * f4;
        var power = (Vector256.Create(C0) + f * q) * scale;

        power = Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256.Create(Lowest)), Vector256<double>.Zero, power);
        var beyond = Vector256.GreaterThanOrEqual(x, Vector256.Create(Highest));
        return Vector256.ConditionalSelect(beyond, Vector256.Create(double.PositiveInfinity), power);
    }

    /// <summary>2^x of each element, with the bits of <see cref="Of(double)"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Of(Vector512<double> x)
    {
        var rounder = Vector512.Create(Rounder);
        var rounded = x + rounder;
        var f = x - (rounded - rounder);
        var scale = (Vector512.ShiftLeft(rounded.AsInt64(), 52) + Vector512.Create(ScaleBias)).AsDouble();

        var f2 = f * f;
        var f4 = f2 * f2;
        var low = (Vector512.Create(C1) + Vector512.Create(C2) * f) + (Vector512.Create(C3) + Vector512.Create(C4) * f) * f2;
        var middle = (Vector512.Create(C5) + Vector512.Create(C6) * f) + (Vector512.Create(C7) + Vector512.Create(C8) * f) * f2;
        var high = (Vector512.Create(C9) + Vector512.Create(C10) * f) + Vector512.Create(C11) * f2;
        var q = low + (middle + high * f4) * f4;
        var power = (Vector512.Create(C0) + f * q) * scale;

        power = Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(Lowest)), Vector512<double>.Zero, power);
        var beyond = Vector512.GreaterThanOrEqual(x, Vector512.Create(Highest));
        return Vector512.ConditionalSelect(beyond, Vector512.Create(double.PositiveInfinity), power);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double TwicePower(double f)
    {
        var f2 = f * f;
        var f4 = f2 * f2;
        var low = (C1 + C2 * f) + (C3 + C4 * f) * f2;
        var middle = (C5 + C6 * f) + (C7 + C8 * f) * f2;
        var high = (C9 + C10 * f) + C11 * f2;
        var q = low + (middle + high * f4) * f4;
        return C0 + f * q;
    }
}
