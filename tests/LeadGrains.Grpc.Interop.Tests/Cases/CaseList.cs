using LeadGrains.Grpc.Interop.Tests.Wire;

namespace LeadGrains.Grpc.Interop.Tests.Cases;

/// <summary>The cases by name, and what each must leave on the wire.</summary>
public static class CaseList
{
    /// <summary>The longest message that clients and servers take in the cases, in bytes.</summary>
    internal const int MaxMessageSize = 24 << 20;

    private static readonly Dictionary<string, WireTrace> Traces = new(StringComparer.Ordinal)
    {
        ["client_compressed_unary"] = new(Requests: [[false], [true], [false]]),
        ["client_compressed_streaming"] = new(Requests: [[false], [true, false]]),
        ["server_compressed_unary"] = new(Responses: [[true], [false]]),
        ["server_compressed_streaming"] = new(Responses: [[true, false]]),
        ["deflate"] = new(Requests: [[true]], Responses: [[true]]),
        ["keepalive"] = new(FromBoth: Http2FrameType.Ping),
        ["drain"] = new(FromServer: Http2FrameType.GoAway),
    };

    /// <summary>Those of the grpc project's interop test descriptions.</summary>
    public static TheoryData<string> Described { get; } =
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

    /// <summary>Further ones, which have shown faults in other libraries.</summary>
    public static TheoryData<string> Further { get; } =
    [
        "deflate",
        "many_streams",
        "concurrent_large_unary",
        "repeated_metadata",
        "large_metadata",
        "large_messages",
        "oversized_messages",
        "early_status",
    ];

    /// <summary>Further ones of which our side is the server.</summary>
    public static TheoryData<string> OfOurServer { get; } = ["keepalive", "drain"];

    internal static IEnumerable<string> All => Described.Concat(Further).Concat(OfOurServer).Select(row => row.Data);

    /// <summary>Fails unless the case left on the wire what it should.</summary>
    /// <param name="name">The case.</param>
    /// <param name="tap">What the case's calls went through.</param>
    /// <param name="without">What the server cannot do.</param>
    internal static void CheckWire(string name, WireTap tap, Gaps without) =>
        Traces.GetValueOrDefault(name, new WireTrace()).Check(tap, without);
}
