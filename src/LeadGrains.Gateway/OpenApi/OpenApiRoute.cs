using System.Reflection;
using System.Security.Cryptography;
using Grpc.AspNetCore.Json;
using LeadGrains.Gateway.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace LeadGrains.Gateway.OpenApi;

/// <summary>Serves the description of the API at `/openapi.json`, to everybody. It is written once, when it is first asked for.</summary>
internal static class OpenApiRoute
{
    private const string Path = "/openapi.json";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        // All endpoints are known only once the application runs.
        var written = new Lazy<Task<WrittenDocument>>(() => WriteAsync(endpoints.ServiceProvider.GetRequiredService<EndpointDataSource>()));
        endpoints.MapGet(Path, async http =>
        {
            var (document, tag) = await written.Value;
            http.Response.Headers.CacheControl = "public, max-age=300";
            http.Response.Headers.XContentTypeOptions = "nosniff";
            await Results.Bytes(document, JsonBody.Json, entityTag: tag).ExecuteAsync(http);
        }).WithMetadata(new PublicRoute());
    }

    private static async Task<WrittenDocument> WriteAsync(EndpointDataSource endpoints)
    {
        var routes = endpoints.Endpoints.Select(endpoint => endpoint.Metadata.GetMetadata<JsonRoute>()).OfType<JsonRoute>();
        var version = typeof(OpenApiRoute).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        var document = await ApiDocument.WriteAsync(routes, version, CancellationToken.None);
        return new WrittenDocument(document, new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(document).AsSpan(0, 16))}\""));
    }

    private sealed record WrittenDocument(byte[] Document, EntityTagHeaderValue Tag);
}
