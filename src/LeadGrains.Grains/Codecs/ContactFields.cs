using System.Runtime.CompilerServices;
using LeadGrains.Grains.Wire;
using LeadGrains.Scoring;
using static LeadGrains.Grains.Wire.MessageReader;
using Stored = LeadGrains.Journal.V1.ContactState;

namespace LeadGrains.Grains.Codecs;

/// <summary>
/// What nearly all ContactState messages hold, read without an object for any. What only some hold is read by the generated
/// type. One user at a time; good until the next one is read. Optimized from the start, as <see cref="ResidentFields"/> are.
/// </summary>
internal sealed class ContactFields
{
    private Instant _engagedAt;
    private bool _hasEngaged;

    public long LastSequence { get; private set; }

    public ByteRange Email { get; private set; }

    public ByteRange UpsertedAccount { get; private set; }

    public ByteRange SignalledAccount { get; private set; }

    public Instant SignalledAccountAt { get; private set; }

    public Instant SignalledEmailAt { get; private set; }

    public bool EmailUpserted { get; private set; }

    /// <summary>Trait messages.</summary>
    public List<ByteRange> Traits { get; } = [];

    /// <summary>An IntentState; null where there is none.</summary>
    public ByteRange? Intent { get; private set; }

    public ByteRange Stage { get; private set; }

    public ulong SignalCount { get; private set; }

    public Instant LastSignalAt { get; private set; }

    /// <summary><see cref="Instant.Min"/> where no signal brought points.</summary>
    public Instant EngagedAt => _hasEngaged ? _engagedAt : Instant.Min;

    public uint FirstSeenChunk { get; private set; }

    public Instant LastReceivedAt { get; private set; }

    /// <summary>How long before that something of the person itself was last heard, in ticks.</summary>
    public long LastHeardBefore { get; private set; }

    public ByteRange CompanyName { get; private set; }

    public ByteRange CompanyAccountId { get; private set; }

    public ActivityRun Run { get; private set; }

    public ulong DuplicateCount { get; private set; }

    /// <summary>An OpenSeenChunk; null where there is none.</summary>
    public ByteRange? OpenSeenChunk { get; private set; }

    /// <summary>A ToldDates; null where there is none.</summary>
    public ByteRange? Told { get; private set; }

    public bool IsIdentified { get; private set; }

    public byte Reached { get; private set; }

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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Clear()
    {
        Traits.Clear();
        (LastSequence, SignalCount, DuplicateCount, FirstSeenChunk) = (0, 0, 0, 0);
        (SignalledAccountAt, SignalledEmailAt, LastSignalAt, LastReceivedAt, _engagedAt) = (default, default, default, default, default);
        (EmailUpserted, _hasEngaged, HasMore, IsIdentified, Reached, LastHeardBefore) = (false, false, false, false, 0, 0);
        (Email, UpsertedAccount, SignalledAccount, Stage, CompanyName, CompanyAccountId) = (default, default, default, default, default, default);
        (Intent, OpenSeenChunk, Told) = (null, null, null);
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
            case (Stored.SignalledAccountAtTicksFieldNumber << 3) | Varint:
                SignalledAccountAt = new Instant(reader.Number());
                return true;
            case (Stored.SignalledEmailAtTicksFieldNumber << 3) | Varint:
                SignalledEmailAt = new Instant(reader.Number());
                return true;
            case (Stored.EmailUpsertedFieldNumber << 3) | Varint:
                EmailUpserted = reader.Truth();
                return true;
            case (Stored.SignalCountFieldNumber << 3) | Varint:
                SignalCount = (ulong)reader.Number();
                return true;
            case (Stored.LastSignalAtTicksFieldNumber << 3) | Varint:
                LastSignalAt = new Instant(reader.Number());
                return true;
            case (Stored.EngagedAtTicksFieldNumber << 3) | Varint:
                _engagedAt = new Instant(reader.Number());
                return true;
            case (Stored.HasEngagedFieldNumber << 3) | Varint:
                _hasEngaged = reader.Truth();
                return true;
            case (Stored.FirstSeenChunkFieldNumber << 3) | Varint:
                FirstSeenChunk = (uint)reader.Number();
                return true;
            case (Stored.LastReceivedAtTicksFieldNumber << 3) | Varint:
                LastReceivedAt = new Instant(reader.Number());
                return true;
            case (Stored.LastHeardBeforeTicksFieldNumber << 3) | Varint:
                LastHeardBefore = reader.Number();
                return true;
            case (Stored.DuplicateCountFieldNumber << 3) | Varint:
                DuplicateCount = (ulong)reader.Number();
                return true;
            case (Stored.IdentifiedFieldNumber << 3) | Varint:
                IsIdentified = reader.Truth();
                return true;
            case (Stored.ThresholdsReachedFieldNumber << 3) | Varint:
                Reached = (byte)reader.Number();
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
            case (Stored.EmailFieldNumber << 3) | Bytes:
                Email = reader.Range();
                return true;
            case (Stored.UpsertedAccountIdFieldNumber << 3) | Bytes:
                UpsertedAccount = reader.Range();
                return true;
            case (Stored.SignalledAccountIdFieldNumber << 3) | Bytes:
                SignalledAccount = reader.Range();
                return true;
            case (Stored.TraitsFieldNumber << 3) | Bytes:
                Traits.Add(reader.Range());
                return true;
            case (Stored.IntentFieldNumber << 3) | Bytes:
                Intent = reader.Range();
                return true;
            case (Stored.StageFieldNumber << 3) | Bytes:
                Stage = reader.Range();
                return true;
            case (Stored.CompanyNameFieldNumber << 3) | Bytes:
                CompanyName = reader.Range();
                return true;
            case (Stored.CompanyAccountIdFieldNumber << 3) | Bytes:
                CompanyAccountId = reader.Range();
                return true;
            case (Stored.RunFieldNumber << 3) | Bytes:
                Run = ActivityCodec.Of(reader.Span());
                return true;
            case (Stored.OpenSeenChunkFieldNumber << 3) | Bytes:
                OpenSeenChunk = reader.Range();
                return true;
            case (Stored.ToldFieldNumber << 3) | Bytes:
                Told = reader.Range();
                return true;
            default:
                return false;
        }
    }
}
