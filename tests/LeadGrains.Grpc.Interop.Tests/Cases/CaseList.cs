using LeadGrains.Grpc.Interop.Tests.Wire;

namespace LeadGrains.Grpc.Interop.Tests.Cases;

/// <summary>The cases of the interop test descriptions, and what each must leave on the wire.</summary>
public static class CaseList
{
    /// <summary>The compressed flags of each call's messages, from the client and from the server; null where any will do.</summary>
    private static readonly Dictionary<string, (bool[][]? Requests, bool[][]? Responses)> Flags = new(StringComparer.Ordinal)
    {
        ["client_compressed_unary"] = ([[false], [true], [false]], null),
        ["client_compressed_streaming"] = ([[false], [true, false]], null),
        ["server_compressed_unary"] = (null, [[true], [false]]),
        ["server_compressed_streaming"] = (null, [[true, false]]),
    };

    public static TheoryData<string> Names { get; } =
    [
        "empty_unary",
        "large_unary",
        "client_compressed_unary",
        "server_compressed_unary",
        "client_streaming",
        "client_compressed_streaming",
        "server_streaming",
        "server_compressed_streaming",
        "ping_pong",
        "empty_stream",
        "custom_metadata",
        "status_code_and_message",
        "special_status_message",
        "unimplemented_method",
        "unimplemented_service",
        "cancel_after_begin",
        "cancel_after_first_response",
        "timeout_on_sleeping_server",
    ];

    /// <summary>Fails unless the messages that passed were compressed where the case wants it, and only there.</summary>
    /// <param name="name">The case.</param>
    /// <param name="tap">What the case's calls went through.</param>
    /// <param name="without">What the server cannot do.</param>
    internal static void CheckWire(string name, WireTap tap, Gaps without)
    {
        var (requests, responses) = Flags.GetValueOrDefault(name);
        if (responses is not null && without.HasFlag(Gaps.CompressedResponses))
        {
            responses = [.. responses.Select(call => new bool[call.Length])];
        }

        Check("request", requests, tap.Calls.Select(call => call.Requests.Seen));
        Check("response", responses, tap.Calls.Select(call => call.Responses.Seen));
    }

    private static void Check(string kind, bool[][]? expected, IEnumerable<IReadOnlyList<bool>> seen)
    {
        if (expected is null)
        {
            Assert.All(seen, call => Assert.DoesNotContain(true, call));
            return;
        }

        Assert.True(
            Text(expected) == Text(seen),
            $"The compressed flags of the {kind}s were {Text(seen)} where {Text(expected)} was due.");
    }

    private static string Text(IEnumerable<IEnumerable<bool>> calls) =>
        string.Join(' ', calls.Select(call => $"[{string.Join(", ", call.Select(flag => flag ? 1 : 0))}]"));
}
