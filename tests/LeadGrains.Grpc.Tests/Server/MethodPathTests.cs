using LeadGrains.Grpc.Tests.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGrains.Grpc.Tests.Server;

public class MethodPathTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("/echo.v1.Echo/Say", "0")]
    [InlineData("/echo.v1.Echo/S%61y", "0")]
    [InlineData("/echo.v1.Echo/say", "12")]
    [InlineData("/ECHO.v1.Echo/Say", "12")]
    [InlineData("/echo.v1.Echo/Say/", "12")]
    public async Task Call_WhenItsPathIsNotTheMethodsOwn_IsUnimplemented(string path, string expected)
    {
        await using var server = await TestServer.StartAsync();
        using var http = server.RawClient();

        using var response = await http.SendAsync(Frames.Request(path, Frames.Of(new Words())), Token);
        await response.Content.ReadAsByteArrayAsync(Token);

        Assert.Equal(expected, Frames.StatusOf(response));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Method_WhenTheServiceIsMappedInAGroup_IsItsOwnName()
    {
        var script = new EchoScript { Say = (_, context) => Task.FromResult(new Words { Text = context.Method }) };
        await using var server = await TestServer.StartAsync(
            services => services.AddSingleton(script),
            app => app.MapGroup("/above").MapGrpcService<EchoService>());
        using var http = server.RawClient();

        using var response = await http.SendAsync(Frames.Request("/above/echo.v1.Echo/Say", Frames.Of(new Words())), Token);

        Assert.Equal(Frames.Of(new Words { Text = "/echo.v1.Echo/Say" }), await response.Content.ReadAsByteArrayAsync(Token));
    }
}
