using Google.Rpc;
using Grpc.AspNetCore.Json;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace LeadGrains.Gateway.Calls;

/// <summary>Faults where no method answers, over HTTP and JSON as methods give them: status, details, and when to come again.</summary>
public static class HttpFaults
{
    private static readonly JsonMessages Messages = new([ErrorDetailsReflection.Descriptor]);

    /// <summary>Answers with a fault.</summary>
    public static async Task AnswerAsync(HttpContext http, RpcException fault)
    {
        JsonAnswer.WriteFault(http, http.Response.BodyWriter, CallStatus.Of(fault), Messages);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    /// <summary>The body of such an answer.</summary>
    internal static string Write(RpcException fault) => Messages.Write(CallStatus.Of(fault));
}
