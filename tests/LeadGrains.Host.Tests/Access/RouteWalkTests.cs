using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Grpc.AspNetCore.Server;
using LeadGrains.Gateway.Access;
using Microsoft.AspNetCore.Routing;

namespace LeadGrains.Host.Tests.Access;

/// <summary>Walks all that a server maps, whoever added it, and asks each with every kind of key.</summary>
public sealed partial class RouteWalkTests : IAsyncLifetime
{
    private const string Other = "other";
    private const string WrongKey = "lgk_000000000001_tttttttttttttttttttttttttttttttttttttttttttt";

    /// <summary>Answers gRPC calls to methods that there are none of, and has no data.</summary>
    private const string UnknownMethod = "gRPC - unknown method";

    private static readonly KeyScopes[] Scopes =
        [KeyScopes.Ingest, KeyScopes.Read, KeyScopes.Model, KeyScopes.Admin, KeyScopes.Ingest | KeyScopes.Read, KeyedServer.AllScopes];

    // A stream that nothing has happened in is open, and says nothing.
    private static readonly TimeSpan SilenceOfStreams = TimeSpan.FromSeconds(1);

    private KeyedServer _server = null!;
    private HttpClient _http = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private IEnumerable<RouteEndpoint> Routes => _server.Running.Routes.Cast<RouteEndpoint>().Where(route => route.DisplayName != UnknownMethod);

    public async ValueTask InitializeAsync()
    {
        _server = await KeyedServer.StartAsync([.. from workspace in new[] { "default", Other } from scopes in Scopes select (workspace, scopes)]);
        _http = new HttpClient();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public void Routes_WhenListed_AreEachDecidedAbout()
    {
        var undecided = Routes.Where(route => NeedOf(route) is null).Select(route => $"{route.DisplayName} {route.RoutePattern.RawText}").ToList();
        Assert.True(undecided.Count == 0, "Say what these need, in MethodScopes, by NeedsScope or by PublicRoute:\n" + string.Join('\n', undecided));
        Assert.True(Routes.Count() > 40, "Too few routes were found.");
    }

    [Fact]
    public async Task Routes_WhenAskedWithoutAKeyInForce_RefuseAlikeUnlessTheyArePublic()
    {
        var wrong = new List<string>();
        foreach (var route in Called())
        {
            var expected = NeedOf(route)!.IsPublic ? Outcome.Admitted : Outcome.Unauthenticated;
            var (none, unknown) = (await AskAsync(route, null), await AskAsync(route, WrongKey));
            if (none.Outcome != expected || none != unknown)
                wrong.Add($"{route.DisplayName}: {none} without a key, {unknown} with a wrong one, and not {expected}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory]
    [InlineData("default")]
    [InlineData(Other)]
    public async Task Routes_WhenAskedWithAKey_AdmitItByItsScopes(string workspace)
    {
        var wrong = new List<string>();
        foreach (var route in Called())
        {
            var need = NeedOf(route)!;
            foreach (var scopes in Scopes)
            {
                var expected = need.IsPublic || ((scopes & need.Scopes) == need.Scopes) ? Outcome.Admitted : Outcome.Denied;
                var answer = await AskAsync(route, _server.Keys[(workspace, scopes)]);
                if (answer.Outcome != expected)
                    wrong.Add($"{route.DisplayName}: {answer} with the scopes {scopes}, and not {expected}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task UnknownMethods_WhenCalled_SayNoMore()
    {
        foreach (var key in new[] { null, WrongKey, _server.Keys[("default", KeyScopes.Read)] })
        {
            using var response = await _http.SendAsync(Grpc("/leadgrains.v1.IngestService/None", key), Cancelled);
            Assert.Equal("12", Assert.Single(response.Headers.GetValues("grpc-status")));
        }
    }

    // The page of metrics lets this machine in, where this test is.
    private IEnumerable<RouteEndpoint> Called() => Routes.Where(route => route.RoutePattern.RawText != "/metrics");

    private static Need? NeedOf(RouteEndpoint route)
    {
        if (route.Metadata.GetMetadata<PublicRoute>() is not null)
            return new Need(KeyScopes.None, IsPublic: true);
        if (route.Metadata.GetMetadata<NeedsScope>() is { } needed)
            return new Need(needed.Scopes, IsPublic: false);
        return route.Metadata.GetMetadata<GrpcMethodMetadata>() is { Method.FullName: var method } && MethodScopes.Knows(method)
            ? new Need(MethodScopes.Of(method), IsPublic: false)
            : null;
    }

    private async Task<Answer> AskAsync(RouteEndpoint route, string? key)
    {
        var isGrpc = route.DisplayName?.StartsWith("gRPC - ", StringComparison.Ordinal) == true;
        using var request = isGrpc ? Grpc(route.RoutePattern.RawText!, key) : Json(route, key);
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        silence.CancelAfter(SilenceOfStreams * 10);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token);
            silence.CancelAfter(SilenceOfStreams);
            return isGrpc ? await GrpcAnswerAsync(response, silence.Token) : await JsonAnswerAsync(response, silence.Token);
        }
        catch (OperationCanceledException) when (!Cancelled.IsCancellationRequested)
        {
            return new Answer(Outcome.Admitted, "");
        }
    }

    private HttpRequestMessage Grpc(string path, string? key)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_server.Running.GrpcAddress, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, 0, 0, 0, 0]),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        return With(key, request);
    }

    private HttpRequestMessage Json(RouteEndpoint route, string? key)
    {
        var method = route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is [var first, ..] ? first : "POST";
        var path = Parameter().Replace(route.RoutePattern.RawText!, "x");
        var request = new HttpRequestMessage(new HttpMethod(method), new Uri(_server.Running.HttpAddress, path));
        if (method is not "GET")
            request.Content = new StringContent("{}", mediaType: new MediaTypeHeaderValue("application/json"));
        return With(key, request);
    }

    private static HttpRequestMessage With(string? key, HttpRequestMessage request)
    {
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return request;
    }

    private static async Task<Answer> GrpcAnswerAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var headers = response.Headers.Contains("grpc-status") ? response.Headers : response.TrailingHeaders;
        var text = headers.TryGetValues("grpc-message", out var messages) ? messages.Single() : "";
        return headers.GetValues("grpc-status").Single() switch
        {
            "16" => new Answer(Outcome.Unauthenticated, text),
            "7" => new Answer(Outcome.Denied, text),
            _ => new Answer(Outcome.Admitted, ""),
        };
    }

    private static async Task<Answer> JsonAnswerAsync(HttpResponseMessage response, CancellationToken cancellationToken) => response.StatusCode switch
    {
        HttpStatusCode.Unauthorized => new Answer(Outcome.Unauthenticated, await response.Content.ReadAsStringAsync(cancellationToken)),
        HttpStatusCode.Forbidden => new Answer(Outcome.Denied, await response.Content.ReadAsStringAsync(cancellationToken)),
        _ => new Answer(Outcome.Admitted, ""),
    };

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();

    private enum Outcome
    {
        Admitted = 0,
        Unauthenticated = 1,
        Denied = 2,
    }

    private sealed record Need(KeyScopes Scopes, bool IsPublic);

    private sealed record Answer(Outcome Outcome, string Text);
}
