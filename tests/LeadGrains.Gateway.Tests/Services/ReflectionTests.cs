using Google.Protobuf.Reflection;
using Grpc.Reflection.V1;

namespace LeadGrains.Gateway.Tests.Services;

public sealed class ReflectionTests : IAsyncLifetime
{
    private static readonly string[] Api = [
        "leadgrains.v1.AccountService", "leadgrains.v1.AuditService", "leadgrains.v1.ContactService", "leadgrains.v1.IngestService", "leadgrains.v1.ModelService",
        "leadgrains.v1.PrivacyService", "leadgrains.v1.RankingService", "leadgrains.v1.RefusalService",
        "leadgrains.v1.StageService", "leadgrains.v1.ChangeService", "leadgrains.v1.ExportService", "leadgrains.v1.WebhookService"];

    private GatewayHost _gateway = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // It must answer while the node recovers, too.
    public async ValueTask InitializeAsync() => _gateway = await GatewayHost.StartAsync(ServingPhase.Starting);

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task ListServices_WhenAsked_NamesAllThatTheGatewayMaps()
    {
        var answer = await AskAsync(new ServerReflectionRequest { ListServices = "" });

        string[] all = ["grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection", .. Api];
        Assert.Equal(all.Order(), answer.ListServicesResponse.Service.Select(service => service.Name).Order());
    }

    [Fact]
    public async Task FileContainingSymbol_WhenAService_HasAllItsMethodsAndTypes()
    {
        foreach (var service in Api)
        {
            var answer = await AskAsync(new ServerReflectionRequest { FileContainingSymbol = service });
            var files = answer.FileDescriptorResponse.FileDescriptorProto.Select(FileDescriptorProto.Parser.ParseFrom).ToDictionary(file => file.Name);

            Assert.All(files.Values, file => Assert.All(file.Dependency, import => Assert.Contains(import, files.Keys)));
            var methods = files.Values.SelectMany(file => file.Service.Select(each => (Name: $"{file.Package}.{each.Name}", each.Method))).Single(each => each.Name == service).Method;
            var messages = files.Values.SelectMany(file => file.MessageType.Select(message => $".{file.Package}.{message.Name}")).ToHashSet();
            Assert.NotEmpty(methods);
            Assert.All(methods, method => Assert.Subset(messages, new HashSet<string> { method.InputType, method.OutputType }));
        }
    }

    private async Task<ServerReflectionResponse> AskAsync(ServerReflectionRequest request)
    {
        using var call = new ServerReflection.ServerReflectionClient(_gateway.Channel).ServerReflectionInfo(cancellationToken: Cancel);
        await call.RequestStream.WriteAsync(request, Cancel);
        Assert.True(await call.ResponseStream.MoveNext(Cancel));
        return call.ResponseStream.Current;
    }
}
