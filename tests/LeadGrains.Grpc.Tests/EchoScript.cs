using Grpc.Core;
using LeadGrains.Grpc.Tests.V1;

namespace LeadGrains.Grpc.Tests;

/// <summary>What the server of a test does. Unless told otherwise it echoes.</summary>
public sealed class EchoScript
{
    public UnaryServerMethod<Words, Words> Say { get; set; } = (request, _) => Task.FromResult(request);

    public ClientStreamingServerMethod<Words, Words> Collect { get; set; } = async (requests, _) =>
    {
        var sum = new Words();
        await foreach (var request in requests.ReadAllAsync())
        {
            sum.Text += request.Text;
            sum.Number += request.Number;
        }

        return sum;
    };

    public ServerStreamingServerMethod<Words, Words> Repeat { get; set; } = async (request, responses, _) =>
    {
        for (var i = 0; i < request.Number; i++)
            await responses.WriteAsync(new Words { Text = request.Text, Number = i });
    };

    public DuplexStreamingServerMethod<Words, Words> Chat { get; set; } = async (requests, responses, _) =>
    {
        await foreach (var request in requests.ReadAllAsync())
            await responses.WriteAsync(request);
    };
}

/// <summary>The generated service, with the script of the test.</summary>
public sealed class EchoService(EchoScript script) : Echo.EchoBase
{
    public override Task<Words> Say(Words request, ServerCallContext context) => script.Say(request, context);

    public override Task<Words> Collect(IAsyncStreamReader<Words> requestStream, ServerCallContext context) => script.Collect(requestStream, context);

    public override Task Repeat(Words request, IServerStreamWriter<Words> responseStream, ServerCallContext context) => script.Repeat(request, responseStream, context);

    public override Task Chat(IAsyncStreamReader<Words> requestStream, IServerStreamWriter<Words> responseStream, ServerCallContext context) => script.Chat(requestStream, responseStream, context);
}
