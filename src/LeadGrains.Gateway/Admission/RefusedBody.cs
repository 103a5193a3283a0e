using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace LeadGrains.Gateway.Admission;

/// <summary>
/// What a refused caller still sends over HTTP/2 is let go by, unread, once it has its answer. A stream that is reset meanwhile
/// can cost the connection, and with it every other call on it: what was on its way to a stream that is gone is an error of all.
/// </summary>
internal static class RefusedBody
{
    // Beyond either the stream is reset all the same.
    private const long MostBytes = 4 << 20;

    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(2);

    public static async Task EndAsync(HttpContext context, TimeProvider clock)
    {
        try
        {
            await context.Response.CompleteAsync();
            var body = context.Request.BodyReader;

            // Mostly all of it is here.
            if (body.TryRead(out var here))
            {
                Pass(body, here);
                if (here.IsCompleted)
                    return;
            }

            await PassRestAsync(body, clock, context.RequestAborted);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The caller has left, or takes too long.
        }
    }

    private static async Task PassRestAsync(PipeReader body, TimeProvider clock, CancellationToken aborted)
    {
        using var patience = new CancellationTokenSource(MostTime, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, aborted);
        for (var passed = 0L; passed < MostBytes;)
        {
            var read = await body.ReadAsync(either.Token);
            passed += Pass(body, read);
            if (read.IsCompleted || read.IsCanceled)
                return;
        }
    }

    private static long Pass(PipeReader body, ReadResult read)
    {
        var length = read.Buffer.Length;
        body.AdvanceTo(read.Buffer.End);
        return length;
    }
}
