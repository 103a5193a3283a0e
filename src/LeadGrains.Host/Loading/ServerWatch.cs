using System.Text.Json;
using LeadGrains.Host.Clients;
using LeadGrains.Host.Serving;

namespace LeadGrains.Host.Loading;

/// <summary>Asks a server's HTTP address for its memory and processor time while a run goes on.</summary>
internal sealed class ServerWatch(ServerTarget http, TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Watches until the token is cancelled.</summary>
    /// <returns>Null where the address did not answer at the start.</returns>
    public async Task<ServerFigures?> WatchAsync(CancellationToken over)
    {
        using var client = new HttpClient(http.CreateHandler() ?? new SocketsHttpHandler()) { BaseAddress = http.Address, Timeout = Patience };
        var first = await AskAsync(client);
        if (first is null)
        {
            return null;
        }

        var last = first;
        var peak = first.ResidentBytes;
        while (!over.IsCancellationRequested)
        {
            await Task.Delay(Interval, clock, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            last = await AskAsync(client) ?? last;
            peak = Math.Max(peak, last.ResidentBytes);
        }

        return new ServerFigures(
            first.ResidentBytes, peak, last.ResidentBytes, TimeSpan.FromSeconds(last.ProcessorSeconds - first.ProcessorSeconds));
    }

    private static async Task<ProcessFigures?> AskAsync(HttpClient client)
    {
        try
        {
            var health = await client.GetFromJsonAsync(HealthAnswer.Path, HealthJson.Default.HealthAnswer);
            return health?.Process;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException or JsonException)
        {
            return null;
        }
    }
}
