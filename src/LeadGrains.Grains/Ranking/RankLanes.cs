using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Ranking;

/// <summary>
/// How many rows the processor works on at a time. Each operation is one IEEE operation a row, so all widths give the
/// same bits.
/// </summary>
internal unsafe interface IRankLanes<TVector>
    where TVector : struct
{
    /// <summary>Rows in a vector.</summary>
    static abstract int Count { get; }

    static abstract TVector All(double value);

    static abstract TVector Load(double* from);

    static abstract void Store(TVector value, double* to);

    static abstract TVector Add(TVector left, TVector right);

    static abstract TVector Subtract(TVector left, TVector right);

    static abstract TVector Multiply(TVector left, TVector right);

    static abstract TVector Divide(TVector left, TVector right);

    /// <summary>The lesser of each. Neither is NaN; of 0 and -0 it may be either.</summary>
    static abstract TVector Min(TVector left, TVector right);

    /// <summary>The greater of each. Neither is NaN; of 0 and -0 it may be either.</summary>
    static abstract TVector Max(TVector left, TVector right);

    /// <summary>2 to the power of each.</summary>
    static abstract TVector PowerOfTwo(TVector exponent);

    /// <summary>The value where the condition is above zero, else 0.</summary>
    static abstract TVector WherePositive(TVector condition, TVector value);

    /// <summary>One bit for each row, set where it is at or above the bound.</summary>
    static abstract ulong AtLeast(TVector value, TVector bound);
}

/// <summary>Eight rows at a time.</summary>
internal readonly unsafe struct Lanes512 : IRankLanes<Vector512<double>>
{
    public static int Count => Vector512<double>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> All(double value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Load(double* from) => Vector512.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<double> value, double* to) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Add(Vector512<double> left, Vector512<double> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Subtract(Vector512<double> left, Vector512<double> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Multiply(Vector512<double> left, Vector512<double> right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Divide(Vector512<double> left, Vector512<double> right) => left / right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Min(Vector512<double> left, Vector512<double> right) => Vector512.MinNative(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Max(Vector512<double> left, Vector512<double> right) => Vector512.MaxNative(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> PowerOfTwo(Vector512<double> exponent) => Exp2.Of(exponent);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> WherePositive(Vector512<double> condition, Vector512<double> value) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(condition, Vector512<double>.Zero), value, Vector512<double>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong AtLeast(Vector512<double> value, Vector512<double> bound) =>
        Vector512.GreaterThanOrEqual(value, bound).ExtractMostSignificantBits();
}

/// <summary>Four rows at a time.</summary>
internal readonly unsafe struct Lanes256 : IRankLanes<Vector256<double>>
{
    public static int Count => Vector256<double>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> All(double value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Load(double* from) => Vector256.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<double> value, double* to) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Add(Vector256<double> left, Vector256<double> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Subtract(Vector256<double> left, Vector256<double> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Multiply(Vector256<double> left, Vector256<double> right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Divide(Vector256<double> left, Vector256<double> right) => left / right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Min(Vector256<double> left, Vector256<double> right) => Vector256.MinNative(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Max(Vector256<double> left, Vector256<double> right) => Vector256.MaxNative(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> PowerOfTwo(Vector256<double> exponent) => Exp2.Of(exponent);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> WherePositive(Vector256<double> condition, Vector256<double> value) =>
        Vector256.ConditionalSelect(Vector256.GreaterThan(condition, Vector256<double>.Zero), value, Vector256<double>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong AtLeast(Vector256<double> value, Vector256<double> bound) =>
        Vector256.GreaterThanOrEqual(value, bound).ExtractMostSignificantBits();
}

/// <summary>One row at a time, where the processor has no vectors wide enough.</summary>
internal readonly unsafe struct SingleLane : IRankLanes<double>
{
    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double All(double value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Load(double* from) => *from;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(double value, double* to) => *to = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Add(double left, double right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Subtract(double left, double right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Multiply(double left, double right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Divide(double left, double right) => left / right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Min(double left, double right) => Math.Min(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Max(double left, double right) => Math.Max(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double PowerOfTwo(double exponent) => Exp2.Of(exponent);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double WherePositive(double condition, double value) => condition > 0 ? value : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong AtLeast(double value, double bound) => value >= bound ? 1UL : 0UL;
}
