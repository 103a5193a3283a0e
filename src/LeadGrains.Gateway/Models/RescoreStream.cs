using System.Threading.Channels;
using LeadGrains.Grains;

namespace LeadGrains.Gateway.Models;

/// <summary>Sends on how far a rescore is, while it runs. A slow caller gets fewer messages, never late ones.</summary>
internal static class RescoreStream
{
    /// <param name="rescore">Runs to its end; given up by the call's own token, which a caller that leaves cancels.</param>
    /// <param name="send">Sends one message.</param>
    public static async Task<T> RunAsync<T>(Func<Action<RescoreProgress>, Task<T>> rescore, Func<RescoreProgress, Task> send)
    {
        var latest = Channel.CreateBounded<RescoreProgress>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        var running = RunToEndAsync(rescore, latest.Writer);
        try
        {
            await foreach (var progress in latest.Reader.ReadAllAsync())
                await send(progress);
        }
        finally
        {
            await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return await running;
    }

    private static async Task<T> RunToEndAsync<T>(Func<Action<RescoreProgress>, Task<T>> rescore, ChannelWriter<RescoreProgress> latest)
    {
        try
        {
            return await rescore(progress => latest.TryWrite(progress));
        }
        finally
        {
            latest.Complete();
        }
    }
}
