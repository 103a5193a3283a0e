using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Json;

/// <summary>What the application decides about JSON.</summary>
internal sealed record JsonOptions
{
    /// <summary>The longest body, and the longest line of a stream, in bytes, as it came and decompressed.</summary>
    public int MaxBodyLength { get; init; } = 4 * 1024 * 1024;

    /// <summary>How much of unfinished bodies all requests together may hold beyond what each holds free, in bytes.</summary>
    public long MaxUnfinished { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 16;

    /// <summary>
    /// Turns a call away before its body is read, by an exception with the status; null lets all pass, and the method
    /// itself decides.
    /// </summary>
    public Action<HttpContext>? Admit { get; init; }

    /// <summary>The status of a request whose fields are wrong.</summary>
    public Func<IReadOnlyList<JsonFault>, RpcException> Refuse { get; init; } = JsonFault.ToException;

    /// <summary>What the route carries that answers what no route does.</summary>
    public IReadOnlyList<object> UnknownRouteMetadata { get; init; } = [];
}
