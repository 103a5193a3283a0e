using Grpc.Core;
using Grpc.Testing;

namespace LeadGrains.Grpc.Interop.Tests.Cases;

/// <summary>Calls that the server ends with a status other than OK.</summary>
internal sealed partial class ClientCases
{
    private async Task StatusCodeAndMessageAsync()
    {
        var status = new EchoStatus { Code = 2, Message = "test status message" };
        var unary = await FailsAsync(StatusCode.Unknown, () => _client.UnaryCallAsync(new SimpleRequest { ResponseStatus = status }, Options()).ResponseAsync);
        Assert.Equal(status.Message, unary.Status.Detail);

        using var call = _client.FullDuplexCall(Options());
        await call.RequestStream.WriteAsync(new StreamingOutputCallRequest { ResponseStatus = status });
        await call.RequestStream.CompleteAsync();
        var duplex = await FailsAsync(StatusCode.Unknown, () => call.ResponseStream.MoveNext(Cancelled));
        Assert.Equal(status.Message, duplex.Status.Detail);
    }

    private async Task SpecialStatusMessageAsync()
    {
        var status = new EchoStatus { Code = 2, Message = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n" };

        var failure = await FailsAsync(StatusCode.Unknown, () => _client.UnaryCallAsync(new SimpleRequest { ResponseStatus = status }, Options()).ResponseAsync);

        Assert.Equal(status.Message, failure.Status.Detail);
    }

    private async Task UnimplementedMethodAsync() =>
        await FailsAsync(StatusCode.Unimplemented, () => _client.UnimplementedCallAsync(new Empty(), Options()).ResponseAsync);

    private async Task UnimplementedServiceAsync()
    {
        var client = new UnimplementedService.UnimplementedServiceClient(channel);
        await FailsAsync(StatusCode.Unimplemented, () => client.UnimplementedCallAsync(new Empty(), Options()).ResponseAsync);
    }
}
