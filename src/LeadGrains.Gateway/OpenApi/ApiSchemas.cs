using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Microsoft.OpenApi;

namespace LeadGrains.Gateway.OpenApi;

/// <summary>The schemas of messages in protobuf's JSON mapping. Each message and enumeration is written once and referred to.</summary>
internal sealed class ApiSchemas(OpenApiDocument document)
{
    private const string Fault = "Fault";

    /// <summary>A reference to a message's schema.</summary>
    public IOpenApiSchema Of(MessageDescriptor message)
    {
        var name = NameOf(message);
        if (!Schemas.ContainsKey(name))
        {
            var schema = new OpenApiSchema { Type = JsonSchemaType.Object, Description = Text(message), Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal) };
            Schemas[name] = schema;
            foreach (var field in message.Fields.InDeclarationOrder())
            {
                schema.Properties[field.JsonName] = Of(field);
            }
        }

        return new OpenApiSchemaReference(name, document);
    }

    /// <summary>What a field holds.</summary>
    public IOpenApiSchema Of(FieldDescriptor field)
    {
        var schema = field switch
        {
            { IsMap: true } => new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalProperties = OfOne(field.MessageType.FindFieldByNumber(2)) },
            { IsRepeated: true } => new OpenApiSchema { Type = JsonSchemaType.Array, Items = OfOne(field) },
            _ => OfOne(field),
        };
        if (Text(field) is { } text)
        {
            schema.Description = text;
        }

        return schema;
    }

    /// <summary>A reference to what a failed call answers.</summary>
    public IOpenApiSchema OfFault()
    {
        var details = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string>(StringComparer.Ordinal) { "@type" },
            Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
            {
                ["@type"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Such as type.googleapis.com/google.rpc.BadRequest, which names every field that is wrong." },
            },
            AdditionalProperties = new OpenApiSchema(),
        };
        Schemas.TryAdd(Fault, new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "A google.rpc.Status.",
            Required = new HashSet<string>(StringComparer.Ordinal) { "code", "message" },
            Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
            {
                ["code"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32", Description = "The status code of gRPC, such as 5 for NOT_FOUND." },
                ["message"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "For people." },
                ["details"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = details },
            },
        });
        return new OpenApiSchemaReference(Fault, document);
    }

    private IDictionary<string, IOpenApiSchema> Schemas => document.Components!.Schemas!;

    private IOpenApiSchema OfOne(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Bool => new OpenApiSchema { Type = JsonSchemaType.Boolean },
        FieldType.String => new OpenApiSchema { Type = JsonSchemaType.String },
        FieldType.Bytes => new OpenApiSchema { Type = JsonSchemaType.String, Format = "byte" },
        FieldType.Double => new OpenApiSchema { Type = JsonSchemaType.Number, Format = "double" },
        FieldType.Float => new OpenApiSchema { Type = JsonSchemaType.Number, Format = "float" },
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32" },
        FieldType.UInt32 or FieldType.Fixed32 => new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "uint32", Minimum = "0" },

        // Answers write them as texts, since not every reader's numbers have 64 bits; requests may do either.
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Integer, Format = "int64" },
        FieldType.UInt64 or FieldType.Fixed64 => new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Integer, Format = "uint64" },
        FieldType.Enum => Of(field.EnumType),
        _ => field.MessageType.FullName switch
        {
            "google.protobuf.Timestamp" => new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" },
            "google.protobuf.Duration" => new OpenApiSchema { Type = JsonSchemaType.String, Pattern = @"^-?[0-9]+(\.[0-9]+)?s$" },
            "google.protobuf.Struct" => new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalProperties = new OpenApiSchema() },
            var other when other.StartsWith("google.protobuf.", StringComparison.Ordinal) => new OpenApiSchema(),
            _ => Of(field.MessageType),
        },
    };

    private OpenApiSchemaReference Of(EnumDescriptor type)
    {
        var values = type.Values.Where(value => DescribedApi.CommentOf(value).Length > 0).Select(value => $"- {value.Name}: {DescribedApi.CommentOf(value)}");
        Schemas.TryAdd(type.Name, new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Description = string.Join("\n", values.Prepend(DescribedApi.CommentOf(type))).Trim(),
            Enum = [.. type.Values.Select(value => (JsonNode)value.Name)],
        });
        return new OpenApiSchemaReference(type.Name, document);
    }

    private static string NameOf(MessageDescriptor message) => message.ContainingType is { } outer ? $"{NameOf(outer)}.{message.Name}" : message.Name;

    private static string? Text(IDescriptor thing) => DescribedApi.CommentOf(thing) is { Length: > 0 } text ? text : null;
}
