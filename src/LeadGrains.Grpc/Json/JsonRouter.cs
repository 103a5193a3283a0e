using System.Buffers;
using System.IO.Pipelines;
using System.Text.RegularExpressions;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Grpc.AspNetCore.Json;

/// <summary>
/// Answers requests by HTTP and JSON with the gRPC methods whose options name a path. The web framework's router has
/// found out only that it may be one of them: it has decoded the path, and what was escaped is told apart here.
/// </summary>
internal sealed partial class JsonRouter
{
    private readonly JsonRoute[] _routes;
    private readonly JsonOptions _options;
    private readonly JsonMessages _messages;
    private readonly UnfinishedBodies _unfinished;

    public JsonRouter(IEnumerable<JsonRoute> routes, JsonOptions options)
    {
        _routes = [.. routes.OrderByDescending(route => route.Path.Precision)];
        _options = options;
        _messages = new JsonMessages([Google.Rpc.ErrorDetailsReflection.Descriptor, .. _routes.Select(route => route.Method.File).Distinct()]);
        _unfinished = new UnfinishedBodies(options.MaxUnfinished);
    }

    public async Task AnswerAsync(HttpContext http)
    {
        try
        {
            var (route, values) = Find(http);
            await using var call = await OpenAsync(http, route, values);
            await route.Endpoint.RequestDelegate!(http);
            await call.Exchange.WriteEndAsync();
        }
        catch (HttpRefusalException refusal)
        {
            if (refusal.Header is { } header)
                http.Response.Headers[header.Name] = header.Value;
            await RefuseAsync(http, new Google.Rpc.Status { Code = (int)refusal.Code, Message = refusal.Message }, refusal.HttpStatus);
        }
        catch (JsonFaultException fault)
        {
            await RefuseAsync(http, CallStatus.Of(_options.Refuse(fault.Faults)), httpStatus: null);
        }
        catch (RpcException refusal)
        {
            await RefuseAsync(http, CallStatus.Of(refusal), httpStatus: null);
        }
    }

    private async Task<OpenCall> OpenAsync(HttpContext http, JsonRoute route, string[] values)
    {
        http.SetEndpoint(route.Endpoint);
        _options.Admit?.Invoke(http);
        CheckTimeout(http.Request.Headers[HeaderNames.GrpcTimeout].ToString());
        var body = new JsonBody(http.Request, _options, _unfinished);
        var path = JsonParameters.Read(route.Method.InputType, route.Path.Fields.Zip(values, (name, value) => KeyValuePair.Create<string, string[]>(name, [value])));
        if (!route.HasBody)
        {
            var query = JsonParameters.Read(route.Method.InputType, JsonParameters.OfQuery(http.Request.Query));
            return Open(http, route, Merge(query, path, route));
        }

        if (http.Request.Query.FirstOrDefault().Key is { } parameter)
            throw new JsonFaultException(new JsonFault(parameter, "The fields of this method come from the body, none from the query"));
        body.Check(route.Method.IsClientStreaming);
        if (!route.Method.IsClientStreaming)
            return Open(http, route, Merge(await body.ReadAsync(json => JsonMessages.Parse(json, route.Method.InputType), http.RequestAborted), path, route));
        var lines = body.Open();
        return new OpenCall(new JsonExchange(http, route, new JsonLineReader(lines, route.Method.InputType, _options, _unfinished), _messages), lines == http.Request.BodyReader ? null : lines);
    }

    private OpenCall Open(HttpContext http, JsonRoute route, Google.Protobuf.IMessage request)
    {
        var frame = new ArrayBufferWriter<byte>();
        GrpcFrame.Write(frame, request);
        return new OpenCall(new JsonExchange(http, route, PipeReader.Create(new ReadOnlySequence<byte>(frame.WrittenMemory)), _messages), Unpacked: null);
    }

    private static void CheckTimeout(string timeout)
    {
        if (timeout.Length > 0 && !Timeout().IsMatch(timeout))
            throw new JsonFaultException(new JsonFault(HeaderNames.GrpcTimeout, "The header grpc-timeout must be at most eight digits and a unit: H, M, S, m, u or n"));
    }

    private static Google.Protobuf.IMessage Merge(Google.Protobuf.IMessage request, Google.Protobuf.IMessage path, JsonRoute route)
    {
        JsonParameters.CheckAgreement(request, path, route.Path.Fields);
        Google.Protobuf.MessageExtensions.MergeFrom(request, Google.Protobuf.MessageExtensions.ToByteString(path));
        return request;
    }

    private (JsonRoute Route, string[] Values) Find(HttpContext http)
    {
        var path = PathOf(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        var fitting = new List<string>();
        foreach (var route in _routes)
        {
            if (!route.Path.TryMatch(path, out var values))
                continue;
            if (string.Equals(route.HttpMethod, http.Request.Method, StringComparison.OrdinalIgnoreCase))
                return (route, values);
            fitting.Add(route.HttpMethod);
        }

        if (fitting.Count == 0)
            throw new HttpRefusalException(StatusCodes.Status404NotFound, StatusCode.NotFound, "There is nothing at this path.");
        var allowed = string.Join(", ", fitting.Distinct().Order(StringComparer.Ordinal));
        throw new HttpRefusalException(StatusCodes.Status405MethodNotAllowed, StatusCode.Unimplemented, $"{http.Request.Method} is not what this path takes, but {allowed}.")
        {
            Header = ("Allow", allowed),
        };
    }

    // A proxy may name the whole address.
    private static string PathOf(string target)
    {
        var query = target.IndexOf('?');
        var path = query < 0 ? target : target[..query];
        return Uri.TryCreate(path, UriKind.Absolute, out var uri) && path[0] != '/' ? uri.AbsolutePath : path;
    }

    private async Task RefuseAsync(HttpContext http, Google.Rpc.Status status, int? httpStatus)
    {
        if (http.Response.HasStarted)
            return;
        JsonAnswer.WriteFault(http, http.Response.BodyWriter, status, _messages, httpStatus);
        await http.Response.BodyWriter.FlushAsync();
    }

    [GeneratedRegex("^[0-9]{1,8}[HMSmun]$", RegexOptions.NonBacktracking)]
    private static partial Regex Timeout();

    private sealed record OpenCall(JsonExchange Exchange, PipeReader? Unpacked) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            Exchange.Detach();
            if (Unpacked is not null)
                await Unpacked.CompleteAsync();
        }
    }
}
