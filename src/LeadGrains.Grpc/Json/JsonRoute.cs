using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Json;

/// <summary>One way to call a gRPC method by HTTP and JSON.</summary>
internal sealed class JsonRoute
{
    private JsonRoute(string httpMethod, PathTemplate path, bool hasBody, MethodDescriptor method, Endpoint endpoint)
    {
        HttpMethod = httpMethod;
        Path = path;
        HasBody = hasBody;
        Method = method;
        Endpoint = endpoint;
    }

    /// <summary>In capitals.</summary>
    public string HttpMethod { get; }

    public PathTemplate Path { get; }

    /// <summary>True if what the path does not name comes from the body, and false if it comes from the query.</summary>
    public bool HasBody { get; }

    public MethodDescriptor Method { get; }

    /// <summary>Where the method is served to gRPC.</summary>
    public Endpoint Endpoint { get; }

    /// <summary>The ways to a method; none if its options name none.</summary>
    /// <exception cref="InvalidOperationException">A rule asks for what is not supported.</exception>
    public static IEnumerable<JsonRoute> Of(MethodDescriptor method, Endpoint endpoint)
    {
        if (method.GetOptions()?.GetExtension(Google.Api.AnnotationsExtensions.Http) is not { } rule)
            return [];
        return [Of(rule), .. rule.AdditionalBindings.Select(Of)];

        JsonRoute Of(Google.Api.HttpRule one)
        {
            var (verb, path) = one.PatternCase switch
            {
                Google.Api.HttpRule.PatternOneofCase.Get => (HttpMethods.Get, one.Get),
                Google.Api.HttpRule.PatternOneofCase.Put => (HttpMethods.Put, one.Put),
                Google.Api.HttpRule.PatternOneofCase.Post => (HttpMethods.Post, one.Post),
                Google.Api.HttpRule.PatternOneofCase.Delete => (HttpMethods.Delete, one.Delete),
                Google.Api.HttpRule.PatternOneofCase.Patch => (HttpMethods.Patch, one.Patch),
                _ => throw new InvalidOperationException($"The rule of {method.FullName} names no HTTP method that is known."),
            };
            if (one.Body is not ("" or "*") || one.ResponseBody.Length > 0)
                throw new InvalidOperationException($"The rule of {method.FullName} has a body other than '*', which is not supported.");
            return new JsonRoute(verb, PathTemplate.Parse(path), one.Body == "*", method, endpoint);
        }
    }
}
