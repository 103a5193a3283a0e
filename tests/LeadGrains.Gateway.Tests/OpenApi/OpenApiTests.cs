using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Grpc.AspNetCore.Json;
using LeadGrains.Gateway.Tests.Json;
using LeadGrains.Gateway.Tests.Services;

namespace LeadGrains.Gateway.Tests.OpenApi;

public sealed partial class OpenApiTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Document_WhenAsked_NamesEveryRouteAndNoOther()
    {
        await using var host = await GatewayHost.StartAsync();
        var document = await DocumentAsync(host);

        var described = Operations(document).Select(operation => $"{operation.Method} {operation.Path}");
        var served = host.Endpoints.Select(endpoint => endpoint.Metadata.GetMetadata<JsonRoute>()).OfType<JsonRoute>().Select(route => $"{route.HttpMethod} {route.Path}");

        Assert.Equal(served.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
        Assert.Contains("GET /v1/contacts/{contact_id}:explain", described);
    }

    [Fact]
    public async Task Document_WhenItsPathsAreAsked_IsAnsweredByAllOfThem()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = new JsonClient(host);
        foreach (var (method, path, operation) in Operations(await DocumentAsync(host)))
        {
            // A body that is no JSON is refused by whoever would read it, and a stream without end is not begun.
            var hasBody = method is not ("GET" or "DELETE");
            var query = hasBody ? "" : "?no_such_parameter=1";
            using var response = await client.SendAsync(method, Field().Replace(path, "1") + query, hasBody ? "}" : null);

            var isStream = operation.TryGetProperty("requestBody", out var body) && body.GetProperty("content").TryGetProperty("application/x-ndjson", out _);
            Assert.Equal(isStream ? HttpStatusCode.UnsupportedMediaType : HttpStatusCode.BadRequest, response.StatusCode);
        }
    }

    [Fact]
    public async Task Document_WhenAsked_SaysWhatTheProtosSay()
    {
        await using var host = await GatewayHost.StartAsync();
        var document = await DocumentAsync(host);

        var explain = document.GetProperty("paths").GetProperty("/v1/contacts/{contact_id}:explain").GetProperty("get");
        Assert.Equal("Every addend of the score.", explain.GetProperty("summary").GetString());
        Assert.Contains("The key's scope: read.", explain.GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.Equal(["contact_id", "as_of", "model"], explain.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()));
        var signal = document.GetProperty("components").GetProperty("schemas").GetProperty("Signal").GetProperty("properties");
        Assert.StartsWith("The caller's idempotency key", signal.GetProperty("id").GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.Equal("date-time", signal.GetProperty("occurredAt").GetProperty("format").GetString());
        var ranking = document.GetProperty("paths").GetProperty("/v1/accounts:rank").GetProperty("get").GetProperty("parameters");
        Assert.Contains("filter.min_total", ranking.EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Document_WhenItIsKnown_IsNotSentAgain()
    {
        await using var host = await GatewayHost.StartAsync(ServingPhase.Starting);
        using var client = new JsonClient(host);
        using var first = await client.SendAsync("GET", "/openapi.json");

        using var second = await client.SendAsync("GET", "/openapi.json", change: request => request.Headers.IfNoneMatch.Add(first.Headers.ETag!));

        Assert.Equal("application/json", first.Content.Headers.ContentType?.ToString());
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task Examples_WhenRead_AreMessagesOfTheApi()
    {
        await using var host = await GatewayHost.StartAsync();
        var routes = host.Endpoints.Select(endpoint => endpoint.Metadata.GetMetadata<JsonRoute>()).OfType<JsonRoute>().ToLookup(route => route.Method.Name);
        using var stream = typeof(GatewayRegistration).Assembly.GetManifestResourceStream("examples.json")!;
        foreach (var example in JsonDocument.Parse(stream).RootElement.EnumerateObject())
        {
            var method = routes[example.Name].First().Method;
            foreach (var part in example.Value.EnumerateObject())
            {
                var type = part.Name == "response" ? method.OutputType : method.InputType;
                if (part.Name != "parameters")
                    Assert.NotNull(JsonParser.Default.Parse(part.Value.GetRawText(), type));
            }
        }
    }

    private static IEnumerable<(string Method, string Path, JsonElement Operation)> Operations(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select (operation.Name.ToUpperInvariant(), path.Name, operation.Value);

    private static async Task<JsonElement> DocumentAsync(GatewayHost host)
    {
        using var client = new JsonClient(host);
        using var response = await client.SendAsync("GET", "/openapi.json");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancelled)).RootElement;
    }

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Field();
}
