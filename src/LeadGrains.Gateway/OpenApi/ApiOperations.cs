using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Json;
using LeadGrains.Gateway.Access;
using Microsoft.OpenApi;

namespace LeadGrains.Gateway.OpenApi;

/// <summary>What can be asked at a path.</summary>
internal sealed class ApiOperations(OpenApiDocument document, ApiSchemas schemas, ApiExamples examples)
{
    /// <summary>How deep query parameters reach into a request's objects: a filter's fields.</summary>
    private const int ParameterDepth = 2;

    public OpenApiOperation Of(JsonRoute route, MethodDescriptor method, bool isFirst) => new()
    {
        OperationId = isFirst ? method.Name : $"{method.Name}By{route.HttpMethod[0]}{route.HttpMethod[1..].ToLowerInvariant()}",
        Summary = Summary(method),
        Description = Describe(method),
        Tags = new HashSet<OpenApiTagReference> { new(method.Service.Name, document) },
        Parameters = [.. Parameters(route, method)],
        RequestBody = route.HasBody ? Body(method) : null,
        Responses = Responses(method),
    };

    private static string Summary(MethodDescriptor method)
    {
        var comment = DescribedApi.CommentOf(method).ReplaceLineEndings(" ");
        var end = comment.IndexOf(". ", StringComparison.Ordinal);
        return comment.Length == 0 ? method.Name : end < 0 ? comment : comment[..(end + 1)];
    }

    private static string Describe(MethodDescriptor method)
    {
        var scopes = MethodScopes.Of($"/{method.Service.FullName}/{method.Name}").ToString().ToLowerInvariant();
        return $"{DescribedApi.CommentOf(method)}\n\nThe key's scope: {scopes}.".Trim();
    }

    private IEnumerable<IOpenApiParameter> Parameters(JsonRoute route, MethodDescriptor method)
    {
        foreach (var name in route.Path.Fields)
        {
            yield return Parameter(name, method.InputType.FindFieldByName(name), ParameterLocation.Path, method);
        }

        if (route.HasBody)
        {
            yield break;
        }

        foreach (var (name, field) in Leaves(method.InputType, "", ParameterDepth).Where(leaf => !route.Path.Fields.Contains(leaf.Name)))
        {
            yield return Parameter(name, field, ParameterLocation.Query, method);
        }
    }

    // Lists and maps of objects are beyond what a query can carry.
    private static IEnumerable<(string Name, FieldDescriptor Field)> Leaves(MessageDescriptor message, string prefix, int depth)
    {
        foreach (var field in message.Fields.InDeclarationOrder())
        {
            var isObject = field.FieldType == FieldType.Message && field.MessageType.File.Package != "google.protobuf";
            if (!isObject)
            {
                yield return (prefix + field.Name, field);
            }
            else if (!field.IsRepeated && depth > 1)
            {
                foreach (var leaf in Leaves(field.MessageType, $"{prefix}{field.Name}.", depth - 1))
                {
                    yield return leaf;
                }
            }
        }
    }

    private OpenApiParameter Parameter(string name, FieldDescriptor field, ParameterLocation where, MethodDescriptor method) => new()
    {
        Name = name,
        In = where,
        Required = where == ParameterLocation.Path,
        Description = DescribedApi.CommentOf(field) is { Length: > 0 } comment ? comment : null,
        Schema = schemas.Of(field),
        Example = examples.Parameter(method, name),
    };

    private OpenApiRequestBody Body(MethodDescriptor method) => new()
    {
        Required = true,
        Description = method.IsClientStreaming ? "A message a line; lines may be sent while answers come." : null,
        Content = Content(method.IsClientStreaming, schemas.Of(method.InputType), method.IsClientStreaming ? null : examples.Request(method)),
    };

    private OpenApiResponses Responses(MethodDescriptor method)
    {
        var fault = new OpenApiResponse
        {
            Description = "The call has failed.",
            Headers = new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal)
            {
                ["Retry-After"] = new OpenApiHeader
                {
                    Description = "Where another attempt may succeed, the seconds to wait before it.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.Integer },
                },
            },
            Content = Content(areLines: false, schemas.OfFault(), example: null),
        };
        var answer = schemas.Of(method.OutputType);
        return new OpenApiResponses
        {
            ["200"] = new OpenApiResponse
            {
                Description = method.IsServerStreaming ? "A message a line. A stream that fails underway says so in its last line." : "The answer.",
                Content = Content(
                    method.IsServerStreaming,
                    method.IsServerStreaming ? Line(answer) : answer,
                    method.IsServerStreaming ? null : examples.Response(method)),
            },
            ["default"] = fault,
        };
    }

    private OpenApiSchema Line(IOpenApiSchema answer) => new()
    {
        AnyOf =
        [
            answer,
            new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Required = new HashSet<string>(StringComparer.Ordinal) { "error" },
                Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal) { ["error"] = schemas.OfFault() },
            },
        ],
    };

    private static Dictionary<string, OpenApiMediaType> Content(bool areLines, IOpenApiSchema schema, JsonNode? example) =>
        new(StringComparer.Ordinal) { [areLines ? JsonBody.JsonLines : JsonBody.Json] = new OpenApiMediaType { Schema = schema, Example = example } };
}
