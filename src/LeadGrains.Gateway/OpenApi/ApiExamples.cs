using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;

namespace LeadGrains.Gateway.OpenApi;

/// <summary>What a call and its answer may look like, by method: parameters, request, response.</summary>
internal sealed class ApiExamples(JsonObject examples)
{
    public static ApiExamples Read()
    {
        using var stream = typeof(ApiExamples).Assembly.GetManifestResourceStream("examples.json")!;
        return new ApiExamples(JsonNode.Parse(stream)!.AsObject());
    }

    public JsonNode? Parameter(MethodDescriptor method, string name) => Of(method, "parameters")?[name]?.DeepClone();

    public JsonNode? Request(MethodDescriptor method) => Of(method, "request")?.DeepClone();

    public JsonNode? Response(MethodDescriptor method) => Of(method, "response")?.DeepClone();

    private JsonNode? Of(MethodDescriptor method, string what) => examples[method.Name]?[what];
}
