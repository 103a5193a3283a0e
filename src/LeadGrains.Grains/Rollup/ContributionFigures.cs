using System.Numerics;
using System.Runtime.InteropServices;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Residents;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Rollup;

/// <summary>
/// The figures of contributions, to the last bit, packed: what is zero, or follows from what else is said, is left out.
/// One thread at a time.
/// </summary>
/// <remarks>
/// Version and newest signal are always there; then come, each where <see cref="ContributionRecord.Held"/> says so, the
/// newest engagement, the run's begin, what was before it, the sums that are not zero, and the days.
/// </remarks>
internal sealed class ContributionFigures
{
    private const int EngagedBit = 1;
    private const int BeganBit = 2;
    private const int DormantBit = 4;
    private const int DaysBit = 8;
    private const int FirstSumBit = 16;
    private const int SumBits = 12;
    private const int InstantBits = EngagedBit | BeganBit | DormantBit;
    private const int Wide = sizeof(long) / sizeof(uint);
    private const int VersionAt = 0;
    private const int SignalAt = Wide;
    private const int RestAt = 2 * Wide;

    private readonly WordArena _words;
    private readonly double[] _sums;
    private readonly double[] _zeros;
    private readonly int _columns;

    /// <param name="columns">How many decay columns the model has.</param>
    public ContributionFigures(int columns)
    {
        _columns = columns;
        _sums = new double[columns];
        _zeros = new double[columns];
        _words = new WordArena(RestAt + (Wide * (3 + columns)) + PackedDays.MaxWords);
    }

    /// <summary>The bytes that they take.</summary>
    public long MemoryBytes => _words.MemoryBytes;

    // Of more columns than there are bits, zeros are kept too.
    private bool KeepsZeros => _columns > SumBits;

    /// <summary>Whether there are points in the last days.</summary>
    public static bool HasDays(in ContributionRecord record) => (record.Held & DaysBit) != 0;

    /// <summary>Has the processor fetch the figures.</summary>
    public void Fetch(in ContributionRecord record)
    {
        if (record.Figures != 0)
            CacheLine.Fetch<uint>(_words.At(record.Figures, DaysAt(record)));
    }

    public long VersionOf(in ContributionRecord record) => LongAt(record, VersionAt);

    public Instant LastSignalOf(in ContributionRecord record) => new(LongAt(record, SignalAt));

    public Instant EngagedOf(in ContributionRecord record)
    {
        if ((record.Held & EngagedBit) != 0)
            return new Instant(LongAt(record, RestAt));
        return EngagedUnless(record.Flags, LastSignalOf(record));
    }

    public ActivityRun RunOf(in ContributionRecord record) => new(
        (record.Held & BeganBit) != 0 ? new Instant(LongAt(record, PlaceOf(record, BeganBit))) : LastSignalOf(record),
        (record.Held & DormantBit) != 0 ? new Instant(LongAt(record, PlaceOf(record, DormantBit))) : Instant.Min);

    /// <summary>Points by column. Good until the next call.</summary>
    public ReadOnlySpan<double> SumsOf(in ContributionRecord record)
    {
        var words = _words.At(record.Figures, DaysAt(record));
        var next = PlaceOf(record, FirstSumBit);
        for (var c = 0; c < _sums.Length; c++)
        {
            var isHeld = KeepsZeros || (record.Held & (FirstSumBit << c)) != 0;
            _sums[c] = isHeld ? BitConverter.Int64BitsToDouble(Get(words, next)) : 0;
            next += isHeld ? Wide : 0;
        }

        return _sums;
    }

    public double SumOf(in ContributionRecord record, int column)
    {
        if (KeepsZeros)
            return BitConverter.Int64BitsToDouble(LongAt(record, PlaceOf(record, FirstSumBit) + (Wide * column)));
        var bit = FirstSumBit << column;
        return (record.Held & bit) != 0 ? BitConverter.Int64BitsToDouble(LongAt(record, PlaceOf(record, bit))) : 0;
    }

    /// <summary>Undecayed points of the last days.</summary>
    public VelocityDays DaysOf(in ContributionRecord record)
    {
        if (!HasDays(record))
            return default;
        var at = DaysAt(record);
        return PackedDays.Read(_words.At(record.Figures, LengthOf(record))[at..]);
    }

    /// <summary>Replaces the figures.</summary>
    /// <param name="record">Whose they are; its flags are those of the contribution.</param>
    /// <param name="contribution">Has all but the sums.</param>
    /// <param name="sums">The sums; none stand for zeros.</param>
    public void Write(ref ContributionRecord record, in Contribution contribution, ReadOnlySpan<double> sums)
    {
        if (sums.IsEmpty)
            sums = _zeros;
        var dayWords = PackedDays.WordsOf(contribution.Velocity);
        var before = LengthOf(record);
        record.Held = (ushort)(HeldOf(contribution) | (KeepsZeros ? 0 : MaskOf(sums)) | (dayWords > 0 ? DaysBit : 0));
        var at = DaysAt(record);
        Resize(ref record, before, at + dayWords);
        var words = _words.At(record.Figures, at + dayWords);
        Put(words, VersionAt, contribution.Version);
        Put(words, SignalAt, contribution.LastSignalAt.Ticks);
        if ((record.Held & EngagedBit) != 0)
            Put(words, RestAt, contribution.EngagedAt.Ticks);
        if ((record.Held & BeganBit) != 0)
            Put(words, PlaceOf(record, BeganBit), contribution.Run.BeganAt.Ticks);
        if ((record.Held & DormantBit) != 0)
            Put(words, PlaceOf(record, DormantBit), contribution.Run.DormantSince.Ticks);
        var next = PlaceOf(record, FirstSumBit);
        foreach (var sum in sums)
        {
            if (!KeepsZeros && IsZero(sum))
                continue;
            Put(words, next, BitConverter.DoubleToInt64Bits(sum));
            next += Wide;
        }

        PackedDays.Write(words[at..], contribution.Velocity);
    }

    /// <summary>States the sums anew after landmarks have moved. A slot that is free has none.</summary>
    public void Rescale(in ContributionRecord record, ReadOnlySpan<double> factors)
    {
        if (record.Figures == 0)
            return;
        for (var c = 0; c < _columns; c++)
        {
            if (SumOf(record, c) is not 0 and var sum)
            {
                var at = PlaceOf(record, KeepsZeros ? FirstSumBit : FirstSumBit << c) + (KeepsZeros ? Wide * c : 0);
                Put(_words.At(record.Figures, DaysAt(record)), at, BitConverter.DoubleToInt64Bits(DecaySums.Restate(sum, factors[c])));
            }
        }
    }

    /// <summary>Lets go of days that have all fallen out of the 14 that end at that day.</summary>
    public void Expire(ref ContributionRecord record, int utcDay)
    {
        if (!HasDays(record))
            return;
        var days = DaysAt(record);
        if ((long)utcDay - (int)_words[record.Figures + (uint)days] < Velocity.Days)
            return;
        var old = record.Figures;
        var length = LengthOf(record);
        record.Figures = _words.Take(days);
        _words.At(old, days).CopyTo(_words.At(record.Figures, days));
        _words.Free(old, length);
        record.Held = (ushort)(record.Held & ~DaysBit);
    }

    /// <summary>Gives the place of the figures back.</summary>
    public void Free(ref ContributionRecord record) => Resize(ref record, LengthOf(record), 0);

    private static int HeldOf(in Contribution contribution) =>
        (contribution.EngagedAt == EngagedUnless(contribution.Flags, contribution.LastSignalAt) ? 0 : EngagedBit)
        | (contribution.Run.BeganAt == contribution.LastSignalAt ? 0 : BeganBit)
        | (contribution.Run.DormantSince == Instant.Min ? 0 : DormantBit);

    // Whoever engaged did so by the newest signal, as a rule.
    private static Instant EngagedUnless(ContributionFlags flags, Instant lastSignal) =>
        (flags & ContributionFlags.HasEngaged) != ContributionFlags.None ? lastSignal : Instant.Min;

    private static int MaskOf(ReadOnlySpan<double> sums)
    {
        var mask = 0;
        for (var c = 0; c < sums.Length; c++)
            mask |= IsZero(sums[c]) ? 0 : FirstSumBit << c;
        return mask;
    }

    private static bool IsZero(double sum) => BitConverter.DoubleToInt64Bits(sum) == 0;

    // Where the word is that belongs to a bit: after those of all lower bits, but for that of the days, which come last.
    private static int PlaceOf(in ContributionRecord record, int bit) =>
        RestAt + (Wide * BitOperations.PopCount((uint)(record.Held & ~DaysBit & (bit - 1))));

    private int DaysAt(in ContributionRecord record)
    {
        if (!KeepsZeros)
            return RestAt + (Wide * BitOperations.PopCount((uint)(record.Held & ~DaysBit)));
        return RestAt + (Wide * (BitOperations.PopCount((uint)(record.Held & InstantBits)) + _columns));
    }

    private int LengthOf(in ContributionRecord record)
    {
        if (record.Figures == 0)
            return 0;
        var days = DaysAt(record);
        return HasDays(record) ? days + PackedDays.WordsOf(_words[record.Figures + (uint)days + 1]) : days;
    }

    private void Resize(ref ContributionRecord record, int before, int words)
    {
        if (words == before)
            return;
        if (before > 0)
            _words.Free(record.Figures, before);
        record.Figures = words > 0 ? _words.Take(words) : 0;
    }

    private long LongAt(in ContributionRecord record, int at) => Get(_words.At(record.Figures + (uint)at, Wide), 0);

    private static long Get(ReadOnlySpan<uint> words, int at) => MemoryMarshal.Read<long>(MemoryMarshal.AsBytes(words.Slice(at, Wide)));

    private static void Put(Span<uint> words, int at, long value) => MemoryMarshal.Write(MemoryMarshal.AsBytes(words.Slice(at, Wide)), value);
}
