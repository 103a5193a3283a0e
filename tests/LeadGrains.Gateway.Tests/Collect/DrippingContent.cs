using System.Net;

namespace LeadGrains.Gateway.Tests.Collect;

/// <summary>A body that comes a little at a time, and never ends.</summary>
internal sealed class DrippingContent : HttpContent
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        for (var drop = new byte[256]; ; await Task.Delay(Pause, cancellationToken))
        {
            await stream.WriteAsync(drop, cancellationToken);
            await stream.FlushAsync(cancellationToken);
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
