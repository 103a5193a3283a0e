using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Signals;

/// <summary>
/// One stored signal as replay sees it: the same fields that <see cref="SignalBatch"/> gave when it came in. Limits
/// are not checked again, since what was once recorded stays recorded.
/// </summary>
public readonly ref struct SignalView
{
    private readonly SignalFields _fields;

    private SignalView(ReadOnlySpan<byte> signal, scoped in SignalFields fields, Instant receivedAt)
    {
        Signal = signal;
        _fields = fields;
        ScoringInstant = SignalTime.ScoringInstant(SignalTime.OccurredAt(fields), receivedAt);
        SeenHash = Signals.SeenHash.Of(Text(SignalField.Source), Text(SignalField.Id));
    }

    /// <summary>The whole signal.</summary>
    public ReadOnlySpan<byte> Signal { get; }

    /// <summary>Contact, or account where `contact_id` is empty.</summary>
    public GrainKind Kind => _fields[SignalField.ContactId].IsEmpty ? GrainKind.Account : GrainKind.Contact;

    /// <summary>The grain's id: `contact_id`, or `account_id` where that is empty.</summary>
    public ReadOnlySpan<byte> Key => Text(Kind == GrainKind.Contact ? SignalField.ContactId : SignalField.AccountId);

    /// <summary>`type`.</summary>
    public ReadOnlySpan<byte> Type => Text(SignalField.Type);

    /// <summary>`account_id`; empty where the caller did not know it.</summary>
    public ReadOnlySpan<byte> AccountId => Text(SignalField.AccountId);

    /// <summary>`email`; empty where unknown. It need not be an e-mail address.</summary>
    public ReadOnlySpan<byte> Email => Text(SignalField.Email);

    /// <summary>Hash of source and id, by which a repeated signal is known.</summary>
    public ulong SeenHash { get; }

    /// <summary>The earlier of when it happened and when it was received.</summary>
    public Instant ScoringInstant { get; }

    /// <summary>Its attributes.</summary>
    public SignalAttributes Attributes => new(Signal);

    /// <summary>Reads a stored signal.</summary>
    /// <param name="signal">A leadgrains.v1.Signal; the view is good while these bytes are.</param>
    /// <param name="receivedAt">The stamp of its entry.</param>
    /// <param name="view">The signal.</param>
    /// <returns>False only where the bytes are damaged.</returns>
    public static bool TryRead(ReadOnlySpan<byte> signal, Instant receivedAt, out SignalView view)
    {
        SignalFields fields = default;
        if (!SignalParser.TryRead(signal, 0, ref fields))
        {
            view = default;
            return false;
        }

        view = new SignalView(signal, fields, receivedAt);
        return true;
    }

    /// <summary>The signal of an entry that is one.</summary>
    /// <exception cref="JournalDamagedException">It cannot be read.</exception>
    public static SignalView Of(scoped in EntryView entry) =>
        TryRead(entry.Signal, entry.ReceivedAt, out var signal)
            ? signal
            : throw new JournalDamagedException($"The signal of entry {entry.Sequence} cannot be read, though its checksum is right.");

    private ReadOnlySpan<byte> Text(SignalField field) => _fields[field].In(Signal);
}
