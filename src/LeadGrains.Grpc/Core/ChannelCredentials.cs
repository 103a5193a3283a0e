namespace Grpc.Core;

/// <summary>How a channel is secured, and what proves the caller of all its calls.</summary>
public abstract class ChannelCredentials
{
    private protected ChannelCredentials()
    {
    }

    /// <summary>No TLS.</summary>
    public static ChannelCredentials Insecure { get; } = new Plain();

    /// <summary>TLS; certificates are checked, and given to the server, as the channel's HTTP handler says.</summary>
    public static ChannelCredentials SecureSsl { get; } = new SslCredentials();

    internal abstract bool IsSecure { get; }

    internal virtual CallCredentials? Calls => null;

    /// <summary>A secured channel whose calls all carry credentials.</summary>
    public static ChannelCredentials Create(ChannelCredentials channelCredentials, CallCredentials callCredentials)
    {
        ArgumentNullException.ThrowIfNull(channelCredentials);
        ArgumentNullException.ThrowIfNull(callCredentials);
        return new Composed(channelCredentials, callCredentials);
    }

    private sealed class Plain : ChannelCredentials
    {
        internal override bool IsSecure => false;
    }

    private sealed class Composed(ChannelCredentials channel, CallCredentials calls) : ChannelCredentials
    {
        internal override bool IsSecure => channel.IsSecure;

        internal override CallCredentials Calls => channel.Calls is { } inner ? CallCredentials.Compose(inner, calls) : calls;
    }
}

/// <summary>TLS; certificates are checked, and given to the server, as the channel's HTTP handler says.</summary>
public sealed class SslCredentials : ChannelCredentials
{
    internal override bool IsSecure => true;
}
