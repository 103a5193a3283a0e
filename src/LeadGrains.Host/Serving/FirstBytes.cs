using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace LeadGrains.Host.Serving;

/// <summary>Closes connections of which nothing comes: there is room for some only, and who has said nothing yet costs others theirs.</summary>
internal static class FirstBytes
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(10);

    /// <summary>Comes before TLS, whose own first bytes count.</summary>
    public static void AskFor(ListenOptions listen) => listen.Use(next => async connection =>
    {
        if (await CameAsync(connection))
        {
            await next(connection);
        }
    });

    private static async Task<bool> CameAsync(ConnectionContext connection)
    {
        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed, stopping);
        ended.CancelAfter(Within);
        try
        {
            var read = await connection.Transport.Input.ReadAsync(ended.Token);
            connection.Transport.Input.AdvanceTo(read.Buffer.Start);
            return true;
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            return false;
        }
    }
}
