using Google.Protobuf;
using LeadGrains.Benchmarks.Measuring;
using LeadGrains.Benchmarks.V1;

namespace LeadGrains.Benchmarks.Grpc;

/// <summary>gRPC against plain HTTP/2 requests that carry the same bytes: the frames with their prefix.</summary>
internal static class GrpcComparisons
{
    private const string Group = "grpc";
    private const int Callers = 32, Small = 100, Large = 64 * 1024, Messages = 500;

    public static IEnumerable<Experiment> All(EchoServers echo)
    {
        yield return Unary("unary, 100 bytes, 32 callers", echo, Small, Callers);
        yield return Unary("unary, 100 bytes, 1 caller", echo, Small, 1);
        yield return Unary("unary, 64 KiB, 32 callers", echo, Large, Callers);
        yield return Streaming("a stream of 500 responses, 100 bytes each, 8 callers", echo, Small);
        yield return Streaming("a stream of 500 responses, 64 KiB each, 8 callers", echo, Large);
        yield return Chat("500 round trips on one stream, 100 bytes each way, 8 callers", echo);
    }

    private static Comparison Unary(string name, EchoServers echo, int size, int callers)
    {
        var message = Message(size);
        var frame = Frame(message);
        return new Comparison(
            Group,
            name,
            Contender.Repeating("plain POST", callers, () => echo.Plain.UnaryAsync(frame)),
            [Contender.Repeating("gRPC call", callers, () => echo.Grpc.UnaryAsync(message).ResponseAsync)]);
    }

    private static Comparison Streaming(string name, EchoServers echo, int size)
    {
        var request = new RepeatRequest { Payload = Message(size), Times = Messages };
        var frame = Frame(request.Payload);
        return new Comparison(
            Group,
            name,
            Contender.Repeating("plain POST", 8, () => echo.Plain.RepeatAsync(frame, Messages), Messages),
            [Contender.Repeating("gRPC call", 8, async () =>
            {
                using var call = echo.Grpc.Repeat(request);
                while (await call.ResponseStream.MoveNext(CancellationToken.None))
                {
                    // The messages are for nobody.
                }
            }, Messages)]);
    }

    private static Comparison Chat(string name, EchoServers echo)
    {
        var message = Message(Small);
        var frame = Frame(message);
        return new Comparison(
            Group,
            name,
            Contender.Repeating("plain POST", 8, () => echo.Plain.ChatAsync(frame, Messages), Messages),
            [Contender.Repeating("gRPC call", 8, async () =>
            {
                using var call = echo.Grpc.Chat();
                for (var i = 0; i < Messages; i++)
                {
                    await call.RequestStream.WriteAsync(message);
                    await call.ResponseStream.MoveNext(CancellationToken.None);
                }

                await call.RequestStream.CompleteAsync();
                await call.ResponseStream.MoveNext(CancellationToken.None);
            }, Messages)]);
    }

    private static Payload Message(int size) => new() { Body = ByteString.CopyFrom(new byte[size]) };

    private static byte[] Frame(Payload message)
    {
        var body = message.ToByteArray();
        return [0, (byte)(body.Length >> 24), (byte)(body.Length >> 16), (byte)(body.Length >> 8), (byte)body.Length, .. body];
    }
}
