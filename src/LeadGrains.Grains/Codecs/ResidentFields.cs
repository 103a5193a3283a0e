using System.Runtime.CompilerServices;
using LeadGrains.Grains.Wire;
using LeadGrains.Scoring;
using static LeadGrains.Grains.Wire.MessageReader;
using Stored = LeadGrains.Journal.V1.ResidentState;

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
    private Instant _signalAt;
    private bool _hasSignal;
    private Instant _engagedAt;
    private bool _hasEngaged;

    /// <summary>The entry applied last.</summary>
    public long LastSequence { get; private set; }

    public double Fit { get; private set; }

    /// <summary>By the model's columns.</summary>
    public List<DecayedSum> Sums { get; } = [];

    /// <summary><see cref="Instant.Min"/> before the first signal.</summary>
    public Instant LastSignalAt => _hasSignal ? _signalAt : Instant.Min;

    /// <summary><see cref="Instant.Min"/> where no signal brought points.</summary>
    public Instant EngagedAt => _hasEngaged ? _engagedAt : Instant.Min;

    public double RoleWeight { get; private set; }

    public Velocity Velocity { get; private set; }

    /// <summary>Trait messages.</summary>
    public List<ByteRange> Traits { get; } = [];

    /// <summary>A contact's account; empty for none.</summary>
    public ByteRange AccountId { get; private set; }

    public bool HasEntry { get; private set; }

    /// <summary>An account's display name; empty for none.</summary>
    public ByteRange Name { get; private set; }

    /// <summary>The company that a contact's account is sought by; empty for none.</summary>
    public ByteRange SoughtCompany { get; private set; }

    public ActivityRun Run { get; private set; }

    /// <summary>The thresholds that it has reached.</summary>
    public byte Reached { get; private set; }

    /// <summary>The hour since 1970 in which a contact was last heard of; 0 where that is not known.</summary>
    public long LastHeardHours { get; private set; }

    /// <summary>There is more, which is read by the generated type.</summary>
    public bool HasMore { get; private set; }

    /// <summary>Reads a message.</summary>
    /// <exception cref="InvalidDataException">The bytes are none.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Read(ReadOnlySpan<byte> state)
    {
        Clear();
        var reader = new MessageReader(state);
        while (reader.TryReadTag(out var tag))
        {
            if (!TryReadNumber(ref reader, tag) && !TryReadBytes(ref reader, tag))
            {
                HasMore = true;
                reader.Skip(tag);
            }
        }
    }

    private void Clear()
    {
        Sums.Clear();
        Traits.Clear();
        (LastSequence, Fit, RoleWeight, HasEntry, HasMore, Reached, LastHeardHours) = (0, 0, 0, false, false, 0, 0);
        (_hasSignal, _hasEngaged, _signalAt, _engagedAt) = (false, false, default, default);
        (AccountId, Name, SoughtCompany) = (default, default, default);
        Velocity = default;
        Run = ActivityRun.None;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TryReadNumber(ref MessageReader reader, uint tag)
    {
        switch (tag)
        {
            case (Stored.LastSequenceFieldNumber << 3) | Varint:
                LastSequence = reader.Number();
                return true;
            case (Stored.FitFieldNumber << 3) | Fixed64:
                Fit = reader.Double();
                return true;
            case (Stored.LastSignalAtTicksFieldNumber << 3) | Varint:
                _signalAt = new Instant(reader.Number());
                return true;
            case (Stored.HasSignalFieldNumber << 3) | Varint:
                _hasSignal = reader.Truth();
                return true;
            case (Stored.EngagedAtTicksFieldNumber << 3) | Varint:
                _engagedAt = new Instant(reader.Number());
                return true;
            case (Stored.HasEngagedFieldNumber << 3) | Varint:
                _hasEngaged = reader.Truth();
                return true;
            case (Stored.RoleWeightFieldNumber << 3) | Fixed64:
                RoleWeight = reader.Double();
                return true;
            case (Stored.HasEntryFieldNumber << 3) | Varint:
                HasEntry = reader.Truth();
                return true;
            case (Stored.ThresholdsReachedFieldNumber << 3) | Varint:
                Reached = (byte)reader.Number();
                return true;
            case (Stored.LastHeardHoursFieldNumber << 3) | Varint:
                LastHeardHours = reader.Number();
                return true;
            default:
                return false;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TryReadBytes(ref MessageReader reader, uint tag)
    {
        switch (tag)
        {
            case (Stored.SumsFieldNumber << 3) | Bytes:
                Sums.Add(DecayedSum.Of(reader.Span()));
                return true;
            case (Stored.VelocityFieldNumber << 3) | Bytes:
                Velocity = IntentCodec.VelocityOf(reader.Span());
                return true;
            case (Stored.TraitsFieldNumber << 3) | Bytes:
                Traits.Add(reader.Range());
                return true;
            case (Stored.AccountIdFieldNumber << 3) | Bytes:
                AccountId = reader.Range();
                return true;
            case (Stored.NameFieldNumber << 3) | Bytes:
                Name = reader.Range();
                return true;
            case (Stored.SoughtCompanyFieldNumber << 3) | Bytes:
                SoughtCompany = reader.Range();
                return true;
            case (Stored.RunFieldNumber << 3) | Bytes:
                Run = ActivityCodec.Of(reader.Span());
                return true;
            default:
                return false;
        }
    }
}

/// <summary>Points as of an instant.</summary>
internal readonly record struct DecayedSum(Instant At, double Points)
{
    /// <summary>Reads a DecayedSum message.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecayedSum Of(ReadOnlySpan<byte> message)
    {
        var sum = new DecayedSum(new Instant(0), 0);
        var reader = new MessageReader(message);
        while (reader.TryReadTag(out var tag))
        {
            if (tag == ((Journal.V1.DecayedSum.AtTicksFieldNumber << 3) | Varint))
                sum = sum with { At = new Instant(reader.Number()) };
            else if (tag == ((Journal.V1.DecayedSum.PointsFieldNumber << 3) | Fixed64))
                sum = sum with { Points = reader.Double() };
            else
                reader.Skip(tag);
        }

        return sum;
    }
}
