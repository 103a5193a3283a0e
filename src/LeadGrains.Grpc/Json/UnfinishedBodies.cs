using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Json;

/// <summary>Bounds the memory of bodies that have begun to arrive and are not whole, over all requests.</summary>
/// <param name="most">How much all may hold together beyond what each holds free, in bytes.</param>
internal sealed class UnfinishedBodies(long most)
{
    /// <summary>What each request may hold uncounted, in bytes, so that short ones pass even where long ones have taken all.</summary>
    public const int Free = 64 * 1024;

    private long _held;

    /// <summary>Counts what one request holds now in place of what it held before.</summary>
    /// <exception cref="HttpRefusalException">All together hold too much; nothing has changed then.</exception>
    public void Change(ref long before, long now)
    {
        var counted = Math.Max(0, now - Free);
        if (Interlocked.Add(ref _held, counted - before) > most && counted > before)
        {
            Interlocked.Add(ref _held, before - counted);
            throw new HttpRefusalException(StatusCodes.Status429TooManyRequests, StatusCode.ResourceExhausted, "The server holds as much of unfinished requests as it may.")
            {
                Header = ("Retry-After", "1"),
            };
        }

        before = counted;
    }
}
