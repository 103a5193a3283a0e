using Grpc.AspNetCore.Json;
using LeadGrains.Gateway.Access;
using Microsoft.OpenApi;

namespace LeadGrains.Gateway.OpenApi;

/// <summary>Describes the API by HTTP and JSON as OpenAPI 3.1: paths from the options of the protos, words from their comments.</summary>
internal static class ApiDocument
{
    private const string Bearer = "bearer";
    private const string Basic = "basic";
    private const string WriteKey = "writeKey";

    /// <summary>The document, as JSON.</summary>
    /// <param name="routes">What is served. What the protos do not describe is left out.</param>
    /// <param name="version">The program's.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public static async Task<byte[]> WriteAsync(IEnumerable<JsonRoute> routes, string version, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream();
        await Of(routes, version).SerializeAsJsonAsync(stream, OpenApiSpecVersion.OpenApi3_1, cancellationToken);
        return stream.ToArray();
    }

    private static OpenApiDocument Of(IEnumerable<JsonRoute> routes, string version)
    {
        var document = Frame(version);
        var api = DescribedApi.Read();
        var operations = new ApiOperations(document, new ApiSchemas(document), ApiExamples.Read());
        var described = new HashSet<string>(StringComparer.Ordinal);
        foreach (var route in routes)
        {
            if (api.Find(route.Method.FullName) is not { } method)
            {
                continue;
            }

            if (document.Tags!.All(tag => tag.Name != method.Service.Name))
            {
                document.Tags!.Add(new OpenApiTag { Name = method.Service.Name, Description = DescribedApi.CommentOf(method.Service) });
            }

            PathOf(document, route).AddOperation(new HttpMethod(route.HttpMethod), operations.Of(route, method, described.Add(method.FullName)));
        }

        document.Security = [Requirement(document, Bearer), Requirement(document, Basic), Requirement(document, WriteKey), []];
        return document;
    }

    private static OpenApiPathItem PathOf(OpenApiDocument document, JsonRoute route)
    {
        var path = route.Path.ToString();
        if (!document.Paths.TryGetValue(path, out var item))
        {
            document.Paths[path] = item = new OpenApiPathItem();
        }

        return (OpenApiPathItem)item;
    }

    private static OpenApiSecurityRequirement Requirement(OpenApiDocument document, string scheme) =>
        new() { [new OpenApiSecuritySchemeReference(scheme, document)] = [] };

    private static OpenApiDocument Frame(string version) => new()
    {
        Info = new OpenApiInfo
        {
            Title = "LeadGrains",
            Version = version,
            Description = "Scores people and companies while their activity arrives. The same calls as by gRPC, in protobuf's JSON mapping: "
                + "fields are written in lowerCamelCase and read by their proto names, too; 64-bit numbers are written as texts; unknown fields are refused. "
                + "A body has at most 4 MiB and may be compressed with gzip. Without keys the server answers programs on its own machine, as they are.",
            License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
        },
        Servers = [new OpenApiServer { Url = "/" }],
        Tags = new HashSet<OpenApiTag>(),
        Paths = [],
        Components = new OpenApiComponents
        {
            Schemas = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal),
            SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
            {
                [Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A key of `leadgrains keys create`." },
                [Basic] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "basic", Description = "The key as the user, and no password." },
                [WriteKey] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = Credentials.WriteKey, Description = "The key." },
            },
        },
    };
}
