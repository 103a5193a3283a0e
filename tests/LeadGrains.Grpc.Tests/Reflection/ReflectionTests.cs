using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Reflection.V1;
using LeadGrains.Grpc.Tests.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Alpha = Grpc.Reflection.V1Alpha;

namespace LeadGrains.Grpc.Tests.Reflection;

public sealed class ReflectionTests : IAsyncLifetime
{
    private TestServer _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(
        services => services.AddGrpcReflection().AddSingleton(new EchoScript()),
        app =>
        {
            app.MapGrpcReflectionService();
            app.MapGrpcService<ShelfService>();
            app.MapGrpcService<EchoService>();
            app.MapGrpcService<HandBoundShelf>();
            app.MapGrpcService<UndescribedService>();
        });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact(Timeout = TestServer.Patience)]
    public async Task ListServices_WhenAsked_NamesEachMappedServiceOnce()
    {
        var answer = await AskAsync(new ServerReflectionRequest { Host = "here", ListServices = "*" });

        Assert.Equal(
            ["catalog.v1.Shelf", "echo.v1.Echo", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"],
            answer.ListServicesResponse.Service.Select(service => service.Name));
        Assert.Equal(new ServerReflectionRequest { Host = "here", ListServices = "*" }, answer.OriginalRequest);
        Assert.Equal("here", answer.ValidHost);
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("catalog.v1.Shelf", "catalog.proto")]
    [InlineData("catalog.v1.Shelf.Find", "catalog.proto")]
    [InlineData("catalog.v1.Item", "catalog.proto")]
    [InlineData("catalog.v1.Item.cents", "catalog.proto")]
    [InlineData("catalog.v1.Item.price", "catalog.proto")]
    [InlineData("catalog.v1.Item.Spine.title", "catalog.proto")]
    [InlineData("catalog.v1.Item.Spine.spine", "catalog.proto")]
    [InlineData("catalog.v1.Item.Cover", "catalog.proto")]
    [InlineData("catalog.v1.Item.HARD", "catalog.proto")]
    [InlineData("catalog.v1.Item.WordsEntry", "catalog.proto")]
    [InlineData("catalog.v1.Genre", "catalog.proto")]
    [InlineData("catalog.v1.PROSE", "catalog.proto")]
    [InlineData("catalog.v1.shelf_mark", "catalog.proto")]
    [InlineData("google.protobuf.Timestamp.nanos", "google/protobuf/timestamp.proto")]
    [InlineData("grpc.reflection.v1alpha.ServerReflection", "grpc/reflection/v1alpha/reflection.proto")]
    public async Task FileContainingSymbol_WhenItIsDeclared_GivesItsFileFirst(string symbol, string file) =>
        Assert.Equal(file, Files(await AskAsync(new ServerReflectionRequest { FileContainingSymbol = symbol }))[0].Name);

    [Fact(Timeout = TestServer.Patience)]
    public async Task FileByFilename_WhenKnown_ComesWithAllThatItImports()
    {
        var files = Files(await AskAsync(new ServerReflectionRequest { FileByFilename = "catalog.proto" }));

        Assert.Equal(["catalog.proto", "google/protobuf/timestamp.proto", "echo.proto"], files.Select(file => file.Name));
        Assert.Equal(Words.Descriptor.File.SerializedData, files[2].ToByteString());
        Assert.Equal(Timestamp.Descriptor.File.SerializedData, files[1].ToByteString());

        // Whoever has only the answer can build the whole schema from it.
        var built = FileDescriptor.BuildFromByteStrings(files.Reverse().Select(file => file.ToByteString()).OrderBy(bytes => FileDescriptorProto.Parser.ParseFrom(bytes).Dependency.Count));
        Assert.Contains(built, file => file.Services.Any(service => service.FullName == "catalog.v1.Shelf"));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task FileByFilename_WhenOnlyImported_IsServedToo() =>
        Assert.Equal(
            "google/protobuf/timestamp.proto",
            Assert.Single(Files(await AskAsync(new ServerReflectionRequest { FileByFilename = "google/protobuf/timestamp.proto" }))).Name);

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(101)]
    [InlineData(150)]
    public async Task FileContainingExtension_WhenDeclared_GivesItsFile(int number)
    {
        var request = new ServerReflectionRequest { FileContainingExtension = new ExtensionRequest { ContainingType = "catalog.v1.Item", ExtensionNumber = number } };

        Assert.Equal("catalog.proto", Files(await AskAsync(request))[0].Name);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task AllExtensionNumbers_WhenTheTypeIsKnown_AreListed()
    {
        var extended = await AskAsync(new ServerReflectionRequest { AllExtensionNumbersOfType = "catalog.v1.Item" });
        var plain = await AskAsync(new ServerReflectionRequest { AllExtensionNumbersOfType = "echo.v1.Words" });

        Assert.Equal([101, 150], extended.AllExtensionNumbersResponse.ExtensionNumber);
        Assert.Equal("catalog.v1.Item", extended.AllExtensionNumbersResponse.BaseTypeName);
        Assert.Empty(plain.AllExtensionNumbersResponse.ExtensionNumber);
        Assert.Equal("echo.v1.Words", plain.AllExtensionNumbersResponse.BaseTypeName);
    }

    public static TheoryData<string> Unanswerable() =>
    [
        """{"fileByFilename": "Catalog.proto"}""",
        """{"fileByFilename": ""}""",
        """{"fileContainingSymbol": "catalog.v1"}""",
        """{"fileContainingSymbol": "catalog.v1.Item.Cover.HARD"}""",
        """{"fileContainingExtension": {"containingType": "catalog.v1.Item", "extensionNumber": 102}}""",
        """{"fileContainingExtension": {"containingType": "catalog.v1.Nothing", "extensionNumber": 101}}""",
        """{"allExtensionNumbersOfType": "catalog.v1.Genre"}""",
    ];

    [Theory(Timeout = TestServer.Patience)]
    [MemberData(nameof(Unanswerable))]
    public async Task Ask_WhenThereIsNoSuchThing_SaysSoAndGoesOn(string request)
    {
        using var call = Open();
        await call.RequestStream.WriteAsync(ServerReflectionRequest.Parser.ParseJson(request), Token);
        Assert.Equal((int)StatusCode.NotFound, (await NextAsync(call)).ErrorResponse.ErrorCode);

        await call.RequestStream.WriteAsync(new ServerReflectionRequest { FileByFilename = "echo.proto" }, Token);
        Assert.Equal("echo.proto", Assert.Single(Files(await NextAsync(call))).Name);

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(Token));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Ask_WhenTheQuestionIsUnknown_IsUnimplemented() =>
        Assert.Equal((int)StatusCode.Unimplemented, (await AskAsync(new ServerReflectionRequest { Host = "x" })).ErrorResponse.ErrorCode);

    [Fact(Timeout = TestServer.Patience)]
    public async Task Ask_WhenManyQuestionsWait_AnswersEachInOrder()
    {
        using var call = Open();
        var symbols = Enumerable.Range(0, 500).Select(number => $"no.Symbol{number}").ToList();

        foreach (var symbol in symbols)
            await call.RequestStream.WriteAsync(new ServerReflectionRequest { FileContainingSymbol = symbol }, Token);
        await call.RequestStream.CompleteAsync();

        Assert.Equal(symbols, await call.ResponseStream.ReadAllAsync(Token).Select(answer => answer.OriginalRequest.FileContainingSymbol).ToListAsync(Token));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Alpha_WhenAsked_AnswersAsV1Does()
    {
        using var call = new Alpha.ServerReflection.ServerReflectionClient(_server.Channel).ServerReflectionInfo(cancellationToken: Token);

        foreach (var request in new[] { new ServerReflectionRequest { ListServices = "" }, new ServerReflectionRequest { FileContainingSymbol = "catalog.v1.Item" }, new ServerReflectionRequest { FileByFilename = "none" } })
        {
            await call.RequestStream.WriteAsync(Alpha.ServerReflectionRequest.Parser.ParseFrom(request.ToByteArray()), Token);
            Assert.True(await call.ResponseStream.MoveNext(Token));
            Assert.Equal((await AskAsync(request)).ToByteArray(), call.ResponseStream.Current.ToByteArray());
        }
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Stream_WhenTheApplicationStops_Ends()
    {
        using var call = Open();
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" }, Token);
        await NextAsync(call);

        var next = Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Token));
        await _server.StopAsync(Token);

        Assert.Equal(StatusCode.Unavailable, (await next).StatusCode);
    }

    [Fact]
    public void Map_WhenReflectionWasNotAdded_SaysWhatIsMissing()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddGrpc();

        var failure = Assert.Throws<InvalidOperationException>(() => builder.Build().MapGrpcReflectionService());

        Assert.Contains("AddGrpcReflection", failure.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<FileDescriptorProto> Files(ServerReflectionResponse answer) =>
        [.. answer.FileDescriptorResponse.FileDescriptorProto.Select(FileDescriptorProto.Parser.ParseFrom)];

    private static async Task<ServerReflectionResponse> NextAsync(AsyncDuplexStreamingCall<ServerReflectionRequest, ServerReflectionResponse> call)
    {
        Assert.True(await call.ResponseStream.MoveNext(Token));
        return call.ResponseStream.Current;
    }

    private AsyncDuplexStreamingCall<ServerReflectionRequest, ServerReflectionResponse> Open() =>
        new ServerReflection.ServerReflectionClient(_server.Channel).ServerReflectionInfo(cancellationToken: Token);

    private async Task<ServerReflectionResponse> AskAsync(ServerReflectionRequest request)
    {
        using var call = Open();
        await call.RequestStream.WriteAsync(request, Token);
        return await NextAsync(call);
    }
}
