using Grpc.Core;

namespace LeadGrains.Host.Commands;

/// <summary>A stream that goes on until somebody ends it, and names the token to go on with.</summary>
internal static class WatchedStream
{
    /// <summary>Prints what comes, until the command is ended.</summary>
    public static async Task<int> PrintAsync<T>(
        IAsyncStreamReader<T> stream, Func<T, string> tokenOf, Action<T> print, CommandContext context, CancellationToken cancellationToken)
    {
        var token = "";
        try
        {
            await foreach (var response in stream.ReadAllAsync(cancellationToken))
            {
                token = tokenOf(response);
                print(response);
            }
        }
        catch (Exception ended) when (cancellationToken.IsCancellationRequested && ended is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            // Whoever watches ends it whenever they want.
        }
        finally
        {
            if (token.Length > 0)
            {
                context.Terminal.Complain($"Go on with --resume {token}");
            }
        }

        return ExitCode.Done;
    }
}
