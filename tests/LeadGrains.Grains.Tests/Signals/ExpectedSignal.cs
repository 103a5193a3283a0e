using System.Text;
using Google.Protobuf;
using LeadGrains.Grains.Tests.Signals.Raw;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Signals;

/// <summary>What should become of one signal, by a slow and plain reading of the rules on Google.Protobuf's own parse.</summary>
internal sealed class ExpectedSignal
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ExpectedSignal(byte[] bytes, RawSignal raw)
    {
        Bytes = bytes;
        Raw = raw;
        OccurredAt = raw.OccurredAt is null ? null : Ticks(raw.OccurredAt.Seconds, raw.OccurredAt.Nanos);
        Faults = FaultsOf(bytes.Length, raw);
    }

    public byte[] Bytes { get; }

    public RawSignal Raw { get; }

    /// <summary>All that is wrong with it; which one is told is up to the reader.</summary>
    public IReadOnlyList<(RejectionReason Reason, string Field)> Faults { get; }

    public byte[] Id => Last(Raw.Id);

    public byte[] Source => Last(Raw.Source);

    public byte[] Type => Last(Raw.Type);

    public byte[] AccountId => Last(Raw.AccountId);

    public byte[] Email => Last(Raw.Email);

    public GrainKind Kind => Last(Raw.ContactId).Length > 0 ? GrainKind.Contact : GrainKind.Account;

    public byte[] Key => Kind == GrainKind.Contact ? Last(Raw.ContactId) : AccountId;

    public Instant ScoringInstant => OccurredAt is { } at && at < Batches.ReceivedAt ? at : Batches.ReceivedAt;

    /// <summary>Attributes by name, the last value of each.</summary>
    public Dictionary<string, byte[]> Attributes
    {
        get
        {
            var attributes = new Dictionary<string, byte[]>(StringComparer.Ordinal);
            foreach (var attribute in Raw.Attributes)
                attributes[Encoding.Latin1.GetString(Last(attribute.Name))] = Last(attribute.Value);
            return attributes;
        }
    }

    private Instant? OccurredAt { get; }

    public static ExpectedSignal Of(ByteString bytes) => new(bytes.ToByteArray(), RawSignal.Parser.ParseFrom(bytes));

    public static bool IsUtf8(byte[] bytes)
    {
        try
        {
            Strict.GetCharCount(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private List<(RejectionReason Reason, string Field)> FaultsOf(int length, RawSignal raw)
    {
        var faults = Texts(raw).SelectMany(text => TextFaults(text.Field, text.Values, text.Limit)).Concat(AttributeFaults(raw)).ToList();
        if (length > 65_536)
            faults.Add((RejectionReason.TooLong, "signal"));
        if (Id.Length == 0)
            faults.Add((RejectionReason.MissingField, "id"));
        if (Type.Length == 0)
            faults.Add((RejectionReason.MissingField, "type"));
        if (Key.Length == 0)
            faults.Add((RejectionReason.MissingField, "contact_id"));
        if (raw.OccurredAt is not null && OccurredAt is null)
            faults.Add((RejectionReason.InvalidValue, "occurred_at"));
        if (faults.Count == 0 && OccurredAt > Batches.ReceivedAt + TimeSpan.FromMinutes(5))
            faults.Add((RejectionReason.InTheFuture, "occurred_at"));
        return faults;
    }

    private static (string Field, IEnumerable<ByteString> Values, int Limit)[] Texts(RawSignal raw) =>
    [
        ("id", raw.Id, 128), ("source", raw.Source, 64), ("type", raw.Type, 64), ("contact_id", raw.ContactId, 128),
        ("account_id", raw.AccountId, 128), ("email", raw.Email, 320),
    ];

    private static IEnumerable<(RejectionReason Reason, string Field)> TextFaults(string field, IEnumerable<ByteString> values, int limit)
    {
        if (values.Any(value => !IsUtf8(value.ToByteArray()) || value.Span.Contains((byte)0)))
            yield return (RejectionReason.InvalidValue, field);
        if (Last(values).Length > limit)
            yield return (RejectionReason.TooLong, field);
    }

    private static IEnumerable<(RejectionReason Reason, string Field)> AttributeFaults(RawSignal raw)
    {
        if (raw.Attributes.Any(attribute => attribute.Name.Concat(attribute.Value).Any(text => !IsUtf8(text.ToByteArray()))))
            yield return (RejectionReason.InvalidValue, "attributes");
        if (raw.Attributes.Count > 32 || raw.Attributes.Any(attribute => Last(attribute.Name).Length + Last(attribute.Value).Length > 1024))
            yield return (RejectionReason.TooLong, "attributes");
    }

    private static byte[] Last(IEnumerable<ByteString> values) => values.LastOrDefault()?.ToByteArray() ?? [];

    private static Instant? Ticks(long seconds, int nanos) =>
        seconds is < -62_135_596_800 or > 253_402_300_799 || nanos is < 0 or > 999_999_999
            ? null
            : new Instant((seconds * 10_000_000) + (nanos / 100));
}
