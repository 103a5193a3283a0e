using LeadGrains.Grpc.Interop.Tests.Wire;

namespace LeadGrains.Grpc.Interop.Tests.Cases;

/// <summary>What a case must leave on the wire.</summary>
/// <param name="Requests">Of each call's messages from the client, true if it is compressed; null if none may be.</param>
/// <param name="Responses">The same of the messages from the server.</param>
/// <param name="FromServer">A type of frame that the server must have sent; null for none.</param>
/// <param name="FromBoth">A type of frame that both must have sent; null for none.</param>
internal sealed record WireTrace(
    bool[][]? Requests = null,
    bool[][]? Responses = null,
    Http2FrameType? FromServer = null,
    Http2FrameType? FromBoth = null)
{
    /// <summary>Fails unless it is there.</summary>
    public void Check(WireTap tap, Gaps without)
    {
        var responses = without.HasFlag(Gaps.CompressedResponses) ? null : Responses;
        CheckFlags("request", Requests, tap.Calls.Select(call => call.Requests.Seen));
        CheckFlags("response", responses, tap.Calls.Select(call => call.Responses.Seen));
        if ((FromServer ?? FromBoth) is { } served)
        {
            Assert.True(tap.Frames(served, isRequest: false) > 0, $"The server sent no frame of type {served}.");
        }

        if (FromBoth is { } sent)
        {
            Assert.True(tap.Frames(sent, isRequest: true) > 0, $"The client sent no frame of type {sent}.");
        }
    }

    private static void CheckFlags(string kind, bool[][]? expected, IEnumerable<IReadOnlyList<bool>> seen)
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
