using System.Globalization;
using System.Text;
using LeadGrains.Grains.Wire;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Signals;

/// <summary>What can be wrong with one signal.</summary>
internal enum SignalFaultKind : byte
{
    None = 0,
    Missing,
    TooLong,
    TooMany,
    AttributeTooLong,
    NotUtf8,
    ZeroByte,
    SecondsOutOfRange,
    NanosOutOfRange,
}

/// <summary>The first fault found in a signal. A value, so that reading makes objects only for rejections.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Field">Where it is.</param>
/// <param name="Actual">The length, count, byte position or number that is wrong.</param>
/// <param name="Limit">Of a length or count.</param>
/// <param name="Name">Of the attribute at fault, in the batch's buffer.</param>
internal readonly record struct SignalFault(SignalFaultKind Kind, SignalField Field, long Actual = 0, int Limit = 0, ByteRange Name = default)
{
    /// <summary>Says it to the caller.</summary>
    /// <param name="index">Of the signal in its batch.</param>
    /// <param name="buffer">What <see cref="Name"/> points into.</param>
    public Rejection ToRejection(int index, ReadOnlySpan<byte> buffer)
    {
        var name = Field.Name();
        return Kind switch
        {
            SignalFaultKind.Missing when Field == SignalField.ContactId =>
                new(index, RejectionReason.MissingField, name, "contact_id and account_id are both empty: one must say whom the signal is about"),
            SignalFaultKind.Missing => new(index, RejectionReason.MissingField, name, $"{name} is empty"),
            SignalFaultKind.TooLong => TooLong(index, name, Text($"{name} has {Actual:N0} bytes, at most {Limit:N0} are allowed")),
            SignalFaultKind.TooMany => TooLong(index, name, Text($"{name} has {Actual:N0} entries, at most {Limit:N0} are allowed")),
            SignalFaultKind.AttributeTooLong => TooLong(index, name, Text(
                $"attribute \"{AttributeName(buffer)}\" has {Actual:N0} bytes of name and value, at most {Limit:N0} are allowed")),
            SignalFaultKind.NotUtf8 => Invalid(index, name, Text($"{name} is not valid UTF-8 at byte {Actual:N0}")),
            SignalFaultKind.ZeroByte => Invalid(index, name, Text($"{name} has the character U+0000 at byte {Actual:N0}")),
            SignalFaultKind.SecondsOutOfRange => Invalid(index, name, Text($"{name} has seconds {Actual}, which lie outside the years 1 to 9999")),
            SignalFaultKind.NanosOutOfRange => Invalid(index, name, Text($"{name} has nanos {Actual}, which must lie in 0 to 999999999")),
            _ => throw new InvalidOperationException("There is no fault to tell of."),
        };
    }

    /// <summary>The one fault that depends on the clock.</summary>
    public static Rejection InTheFuture(int index, Instant occurredAt, Instant receivedAt) => new(
        index,
        RejectionReason.InTheFuture,
        SignalField.OccurredAt.Name(),
        Text($"occurred_at {occurredAt.ToRfc3339()} lies more than {Limits.FutureTolerance.TotalMinutes:0} minutes ahead of the server's clock, which was at {receivedAt.ToRfc3339()}"));

    private string AttributeName(ReadOnlySpan<byte> buffer)
    {
        const int Shown = 64;
        var name = Name.In(buffer);
        return name.Length <= Shown ? Encoding.UTF8.GetString(name) : Encoding.UTF8.GetString(name[..Shown]) + "…";
    }

    private static Rejection TooLong(int index, string field, string message) => new(index, RejectionReason.TooLong, field, message);

    private static Rejection Invalid(int index, string field, string message) => new(index, RejectionReason.InvalidValue, field, message);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
