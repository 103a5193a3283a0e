namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Ends what was made for one call.</summary>
internal static class ServiceRelease
{
    public static ValueTask DisposeAsync(object made)
    {
        if (made is IAsyncDisposable asynchronous)
            return asynchronous.DisposeAsync();
        (made as IDisposable)?.Dispose();
        return ValueTask.CompletedTask;
    }
}
