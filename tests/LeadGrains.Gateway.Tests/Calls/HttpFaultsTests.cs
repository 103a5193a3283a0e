using System.Text.Json;
using Grpc.Core;
using LeadGrains.Gateway.Access;
using LeadGrains.Gateway.Calls;
using Microsoft.AspNetCore.Http;

namespace LeadGrains.Gateway.Tests.Calls;

public sealed class HttpFaultsTests
{
    public static TheoryData<int, string, string> Answers => new()
    {
        { StatusCodes.Status429TooManyRequests, "3", "KEY_LIMIT" },
        { StatusCodes.Status503ServiceUnavailable, "1", "SERVER_STARTING" },
        { StatusCodes.Status401Unauthorized, "", "KEY_REQUIRED" },
        { StatusCodes.Status403Forbidden, "", "SCOPE_MISSING" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Answer_ToAnyFault_SaysWhyAndWhenToComeAgain(int status, string retryAfter, string reason)
    {
        using var body = new MemoryStream();
        var http = new DefaultHttpContext { Response = { Body = body } };

        await HttpFaults.AnswerAsync(http, FaultOf(reason));

        Assert.Equal((status, retryAfter), (http.Response.StatusCode, http.Response.Headers.RetryAfter.ToString()));
        var json = JsonDocument.Parse(body.ToArray()).RootElement;
        Assert.Contains(json.GetProperty("details").EnumerateArray(), detail => detail.TryGetProperty("reason", out var given) && given.GetString() == reason);
        Assert.Equal(retryAfter.Length > 0, json.GetProperty("details").EnumerateArray().Any(detail => detail.TryGetProperty("retryDelay", out _)));
    }

    private static RpcException FaultOf(string reason) => reason switch
    {
        "KEY_LIMIT" => Refusals.Exceeded("queries", TimeSpan.FromSeconds(2.5)),
        "SERVER_STARTING" => Faults.NotServing(ServingPhase.Starting),
        "KEY_REQUIRED" => Refusals.NoKey(),
        _ => Refusals.Scope(KeyScopes.Read),
    };
}
