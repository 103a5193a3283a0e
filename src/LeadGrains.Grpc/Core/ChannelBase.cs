namespace Grpc.Core;

/// <summary>A way to a server, over connections that it opens and keeps.</summary>
/// <param name="target">The address it was made for.</param>
public abstract class ChannelBase(string target)
{
    /// <summary>The address it was made for.</summary>
    public string Target { get; } = target;

    /// <summary>What starts calls on this channel.</summary>
    public abstract CallInvoker CreateCallInvoker();

    /// <summary>Closes the channel. Calls under way should be ended first.</summary>
    public Task ShutdownAsync() => ShutdownAsyncCore();

    /// <summary>Closes the channel.</summary>
    protected virtual Task ShutdownAsyncCore() => Task.CompletedTask;
}
