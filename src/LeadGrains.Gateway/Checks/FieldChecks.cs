using System.Globalization;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using LeadGrains.Gateway.Values;
using LeadGrains.Grains;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Checks;

/// <summary>Checks of single fields against <see cref="Limits"/>. Null means that nothing is wrong.</summary>
internal static class FieldChecks
{
    // What the protobuf reader puts in place of bytes that are not UTF-8.
    private const char Replacement = '\uFFFD';

    /// <summary>An id that must be there.</summary>
    public static ItemFault? Id(string field, string id) =>
        id.Length == 0 ? Missing(field) : Text(field, id, Limits.GrainIdBytes);

    /// <summary>A text that may be empty.</summary>
    public static ItemFault? Text(string field, string text, int maxBytes)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes > maxBytes)
            return TooLong(field, bytes, maxBytes, "bytes");
        if (text.Contains('\0', StringComparison.Ordinal))
            return Invalid(field, "has the character U+0000");
        return text.Contains(Replacement, StringComparison.Ordinal)
            ? Invalid(field, "is not valid UTF-8, or has the replacement character U+FFFD")
            : null;
    }

    /// <summary>
    /// An e-mail address that may be empty: something, an @, and a host. Whether mail arrives there nobody can tell.
    /// </summary>
    public static ItemFault? Email(string field, string email)
    {
        if (email.Length == 0)
            return null;
        if (Text(field, email, Limits.EmailBytes) is { } fault)
            return fault;
        var at = email.LastIndexOf('@');
        return at > 0 && at < email.Length - 1 && !email.Any(char.IsWhiteSpace)
            ? null
            : Invalid(field, "must be an address such as name@example.com");
    }

    /// <summary>An instant; null where the field is unset.</summary>
    public static ItemFault? Instant(string field, Timestamp? timestamp, out Instant? instant)
    {
        instant = null;
        if (timestamp is null)
            return null;
        if (!Timestamps.TryRead(timestamp, out var read))
            return Invalid(field, "must lie in the years 1 to 9999, with nanos in 0 to 999999999");
        instant = read;
        return null;
    }

    public static ItemFault Missing(string field) => new(RejectionReason.MissingField, field, $"{field} is empty");

    /// <param name="fields">Those of which one is wanted, as a sentence lists them.</param>
    public static ItemFault MissingAll(string fields) => new(RejectionReason.MissingField, fields, $"{fields} are empty");

    /// <param name="field">The field at fault.</param>
    /// <param name="predicate">What is said of it, the rest of a sentence that begins with the field.</param>
    public static ItemFault Invalid(string field, string predicate) => new(RejectionReason.InvalidValue, field, $"{field} {predicate}");

    public static ItemFault TooLong(string field, int actual, int limit, string unit) => new(
        RejectionReason.TooLong,
        field,
        string.Create(CultureInfo.InvariantCulture, $"{field} has {actual:N0} {unit}, at most {limit:N0} are allowed"));
}
