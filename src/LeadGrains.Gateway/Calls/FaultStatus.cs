using System.Globalization;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Status = Google.Rpc.Status;

namespace LeadGrains.Gateway.Calls;

/// <summary>
/// Builds the status of a failed call with its details. Every text is cut and every list bounded, so that all trailers
/// together stay below 8 KiB, beyond which many clients drop the answer.
/// </summary>
internal sealed class FaultStatus(StatusCode code, string message)
{
    /// <summary>The trailer that tells a client in milliseconds when to try again (gRPC retry design, A6).</summary>
    public const string RetryPushback = "grpc-retry-pushback-ms";

    private const int MessageBytes = 512; // Thrice as many where every byte is escaped.
    private const int WordBytes = 128;
    private const int DescriptionBytes = 256;
    private const int Violations = 16;
    private const int ViolationsBytes = 2_048;

    private readonly Status _status = new() { Code = (int)code, Message = Cut(message, MessageBytes) };
    private TimeSpan? _retryAfter;

    /// <summary>The text, or as much of its beginning as fits, and three dots.</summary>
    public static string Cut(string text, int maxBytes)
    {
        if (Encoding.UTF8.GetByteCount(text) <= maxBytes)
            return text;
        var (bytes, letters) = ("...".Length, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > maxBytes)
                break;
            letters += rune.Utf16SequenceLength;
        }

        return $"{text.AsSpan(0, letters)}...";
    }

    /// <summary>Adds the cause, one of <see cref="FaultReasons"/>.</summary>
    public FaultStatus Because(string reason, params ReadOnlySpan<(string Key, string Value)> metadata)
    {
        var info = new ErrorInfo { Reason = reason, Domain = FaultReasons.Domain };
        foreach (var (key, value) in metadata)
            info.Metadata.Add(key, Cut(value, WordBytes));
        _status.Details.Add(Any.Pack(info));
        return this;
    }

    /// <summary>Adds what is wrong with the request. Where not all fits, the last entry says how many are left out.</summary>
    public FaultStatus Violating(IReadOnlyList<FieldViolation> violations)
    {
        var request = new BadRequest();
        foreach (var (field, description) in violations.Take(Violations))
        {
            request.FieldViolations.Add(Violation(Cut(field, WordBytes), Cut(description, DescriptionBytes)));
            if (request.CalculateSize() <= ViolationsBytes)
                continue;
            request.FieldViolations.RemoveAt(request.FieldViolations.Count - 1);
            break;
        }

        var leftOut = violations.Count - request.FieldViolations.Count;
        if (leftOut > 0)
            request.FieldViolations.Add(Violation("", string.Create(CultureInfo.InvariantCulture, $"{leftOut:N0} more are not shown")));
        _status.Details.Add(Any.Pack(request));
        return this;
    }

    /// <summary>Adds when trying again makes sense, for people and, in a trailer of its own, for retry policies.</summary>
    public FaultStatus RetryAfter(TimeSpan? wait)
    {
        _retryAfter = wait;
        if (wait is { } known)
            _status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(known) }));
        return this;
    }

    public RpcException ToException()
    {
        var fault = _status.ToRpcException();
        if (_retryAfter is { } wait)
        {
            var milliseconds = Math.Max(1, (long)Math.Ceiling(wait.TotalMilliseconds));
            fault.Trailers.Add(RetryPushback, milliseconds.ToString(CultureInfo.InvariantCulture));
        }

        return fault;
    }

    private static BadRequest.Types.FieldViolation Violation(string field, string description) => new() { Field = field, Description = description };
}
