using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LeadGrains.Gateway.Access;

/// <summary>Reads the keys before the server listens, and follows what becomes of them while it does.</summary>
internal sealed partial class KeyFollower(KeyRing ring, TimeProvider clock, ILogger<KeyFollower> log) : BackgroundService
{
    /// <summary>Between two readings: a key that was made or revoked is known within two of them.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await ring.RefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isAway = false;
        using var ticks = new PeriodicTimer(Pace, clock);
        while (await ticks.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await ring.RefreshAsync(stoppingToken);
                await ring.WriteUsesAsync(stoppingToken);
                isAway = false;
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // Said once, since it may last.
                if (!isAway)
                    LogAway(failure.Message);
                isAway = true;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The keys cannot be read, and those known stay in force until they can: {Reason}")]
    private partial void LogAway(string reason);
}
