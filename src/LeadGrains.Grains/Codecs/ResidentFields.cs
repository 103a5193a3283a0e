using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using LeadGrains.Grains.Wire;
using LeadGrains.Scoring;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Codecs;

/// <summary>
/// What nearly all ResidentState messages hold, read without an object for any: a restart reads one for every grain. What
/// only some hold is read by the generated type. One user at a time; good until the next one is read.
/// </summary>
/// <remarks>
/// A start that reads a million is over before the runtime would have found out that these methods are worth optimizing.
/// </remarks>
internal sealed class ResidentFields
{
    // How a field's value is written, as its tag says.
    private const uint Varint = 0;
    private const uint Fixed64 = 1;
    private const uint Bytes = 2;

    private readonly List<DecayedSum> _sums = [];
    private readonly List<ByteRange> _traits = [];

    /// <summary>The entry applied last.</summary>
    public long LastSequence { get; private set; }

    public double Fit { get; private set; }

    /// <summary>By the model's columns.</summary>
    public List<DecayedSum> Sums => _sums;

    /// <summary><see cref="Instant.Min"/> before the first signal.</summary>
    public Instant LastSignalAt { get; private set; }

    /// <summary><see cref="Instant.Min"/> where no signal brought points.</summary>
    public Instant EngagedAt { get; private set; }

    public double RoleWeight { get; private set; }

    public Velocity Velocity { get; private set; }

    /// <summary>Trait messages.</summary>
    public List<ByteRange> Traits => _traits;

    /// <summary>A contact's account; empty for none.</summary>
    public ByteRange AccountId { get; private set; }

    public bool HasEntry { get; private set; }

    /// <summary>An account's display name; empty for none.</summary>
    public ByteRange Name { get; private set; }

    /// <summary>The company that a contact's account is sought by; empty for none.</summary>
    public ByteRange SoughtCompany { get; private set; }

    public ActivityRun Run { get; private set; }

    /// <summary>There is more, which is read by the generated type.</summary>
    public bool HasMore { get; private set; }

    /// <summary>Reads a message.</summary>
    /// <exception cref="InvalidDataException">The bytes are none.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Read(ReadOnlySpan<byte> state)
    {
        Clear();
        var at = 0;
        bool hasSignal = false, hasEngaged = false;
        Instant signalAt = default, engagedAt = default;
        while (at < state.Length)
        {
            var tag = Tag(state, ref at);
            switch (tag)
            {
                case (Stored.ResidentState.LastSignalAtTicksFieldNumber << 3) | Varint:
                    signalAt = new Instant(Number(state, ref at));
                    break;
                case (Stored.ResidentState.HasSignalFieldNumber << 3) | Varint:
                    hasSignal = Number(state, ref at) != 0;
                    break;
                case (Stored.ResidentState.EngagedAtTicksFieldNumber << 3) | Varint:
                    engagedAt = new Instant(Number(state, ref at));
                    break;
                case (Stored.ResidentState.HasEngagedFieldNumber << 3) | Varint:
                    hasEngaged = Number(state, ref at) != 0;
                    break;
                default:
                    ReadField(state, ref at, tag);
                    break;
            }
        }

        LastSignalAt = hasSignal ? signalAt : Instant.Min;
        EngagedAt = hasEngaged ? engagedAt : Instant.Min;
    }

    private void Clear()
    {
        _sums.Clear();
        _traits.Clear();
        LastSequence = 0;
        Fit = 0;
        RoleWeight = 0;
        Velocity = default;
        AccountId = default;
        HasEntry = false;
        Name = default;
        SoughtCompany = default;
        Run = ActivityRun.None;
        HasMore = false;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadField(ReadOnlySpan<byte> state, ref int at, uint tag)
    {
        switch (tag)
        {
            case (Stored.ResidentState.LastSequenceFieldNumber << 3) | Varint:
                LastSequence = Number(state, ref at);
                break;
            case (Stored.ResidentState.FitFieldNumber << 3) | Fixed64:
                Fit = Double(state, ref at);
                break;
            case (Stored.ResidentState.SumsFieldNumber << 3) | Bytes:
                _sums.Add(SumOf(Range(state, ref at).In(state)));
                break;
            case (Stored.ResidentState.RoleWeightFieldNumber << 3) | Fixed64:
                RoleWeight = Double(state, ref at);
                break;
            case (Stored.ResidentState.VelocityFieldNumber << 3) | Bytes:
                Velocity = VelocityOf(Range(state, ref at).In(state));
                break;
            case (Stored.ResidentState.TraitsFieldNumber << 3) | Bytes:
                _traits.Add(Range(state, ref at));
                break;
            case (Stored.ResidentState.AccountIdFieldNumber << 3) | Bytes:
                AccountId = Range(state, ref at);
                break;
            case (Stored.ResidentState.HasEntryFieldNumber << 3) | Varint:
                HasEntry = Number(state, ref at) != 0;
                break;
            case (Stored.ResidentState.NameFieldNumber << 3) | Bytes:
                Name = Range(state, ref at);
                break;
            case (Stored.ResidentState.SoughtCompanyFieldNumber << 3) | Bytes:
                SoughtCompany = Range(state, ref at);
                break;
            case (Stored.ResidentState.RunFieldNumber << 3) | Bytes:
                Run = RunOf(Range(state, ref at).In(state));
                break;
            default:
                HasMore = true;
                Skip(state, ref at, tag);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static DecayedSum SumOf(ReadOnlySpan<byte> message)
    {
        long ticks = 0;
        double points = 0;
        for (var at = 0; at < message.Length;)
        {
            switch (Tag(message, ref at))
            {
                case (Stored.DecayedSum.AtTicksFieldNumber << 3) | Varint:
                    ticks = Number(message, ref at);
                    break;
                case (Stored.DecayedSum.PointsFieldNumber << 3) | Fixed64:
                    points = Double(message, ref at);
                    break;
                case var other:
                    Skip(message, ref at, other);
                    break;
            }
        }

        return new DecayedSum(new Instant(ticks), points);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Velocity VelocityOf(ReadOnlySpan<byte> message)
    {
        Span<double> points = stackalloc double[Scoring.Velocity.Days];
        var days = 0;
        var newest = 0;
        for (var at = 0; at < message.Length;)
        {
            switch (Tag(message, ref at))
            {
                case (Stored.VelocityState.NewestDayFieldNumber << 3) | Varint:
                    newest = (int)Number(message, ref at);
                    break;
                case (Stored.VelocityState.PointsFieldNumber << 3) | Bytes:
                    var packed = Range(message, ref at).In(message);
                    for (var next = 0; next < packed.Length && days < points.Length;)
                        points[days++] = Double(packed, ref next);
                    break;
                case (Stored.VelocityState.PointsFieldNumber << 3) | Fixed64 when days < points.Length:
                    points[days++] = Double(message, ref at);
                    break;
                case var other:
                    Skip(message, ref at, other);
                    break;
            }
        }

        return Scoring.Velocity.Restore(newest, points[..days]);
    }

    private static ActivityRun RunOf(ReadOnlySpan<byte> message)
    {
        var run = new ActivityRun(new Instant(0), Instant.Min);
        for (var at = 0; at < message.Length;)
        {
            run = Tag(message, ref at) switch
            {
                (Stored.ActivityRunState.BeganAtTicksFieldNumber << 3) | Varint => run with { BeganAt = new Instant(Number(message, ref at)) },
                (Stored.ActivityRunState.DormantSinceTicksFieldNumber << 3) | Varint => run with { DormantSince = new Instant(Number(message, ref at)) },
                var other => Skip(message, ref at, other, run),
            };
        }

        return run;
    }

    private static uint Tag(ReadOnlySpan<byte> bytes, ref int at) => WireReader.TryReadTag(bytes, ref at, out var tag) ? tag : throw Damaged();

    private static long Number(ReadOnlySpan<byte> bytes, ref int at) => WireReader.TryReadVarint(bytes, ref at, out var value) ? (long)value : throw Damaged();

    private static ByteRange Range(ReadOnlySpan<byte> bytes, ref int at) => WireReader.TryReadRange(bytes, ref at, out var range) ? range : throw Damaged();

    private static double Double(ReadOnlySpan<byte> bytes, ref int at)
    {
        if (bytes.Length - at < sizeof(double))
            throw Damaged();
        var value = BinaryPrimitives.ReadDoubleLittleEndian(bytes[at..]);
        at += sizeof(double);
        return value;
    }

    private static T Skip<T>(ReadOnlySpan<byte> bytes, ref int at, uint tag, T result)
    {
        Skip(bytes, ref at, tag);
        return result;
    }

    private static void Skip(ReadOnlySpan<byte> bytes, ref int at, uint tag)
    {
        if (!WireReader.TrySkip(bytes, ref at, tag, WireReader.MaxDepth))
            throw Damaged();
    }

    private static InvalidDataException Damaged() => new("The summary in a grain's row is no message. Restore the store from a backup.");
}

/// <summary>Points as of an instant.</summary>
internal readonly record struct DecayedSum(Instant At, double Points);
