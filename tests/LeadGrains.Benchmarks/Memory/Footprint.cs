using LeadGrains.Benchmarks.Servers;

namespace LeadGrains.Benchmarks.Memory;

/// <summary>What a server keeps, with no garbage left.</summary>
/// <param name="ResidentBytes">Of the process.</param>
/// <param name="ManagedBytes">Of the runtime's heap.</param>
internal sealed record Footprint(double ResidentBytes, double ManagedBytes)
{
    private const long Still = 256 << 10;
    private const int Collections = 3;
    private const int MostLooks = 20;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Collects, and waits until the runtime has given the memory back.</summary>
    public static async Task<Footprint> MeasureAsync(RunningServer server, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Collections; i++)
        {
            await ManagedHeap.CollectAsync(server.Program.Id, cancellationToken);
        }

        var resident = server.Program.ResidentBytes;
        for (var look = 0; look < MostLooks; look++)
        {
            await Task.Delay(Interval, TimeProvider.System, cancellationToken);
            var now = server.Program.ResidentBytes;
            if (resident - now < Still)
                break;
            resident = now;
        }

        return new Footprint(server.Program.ResidentBytes, (await server.AskAsync(cancellationToken)).ManagedBytes);
    }

    public Footprint Minus(Footprint other) => new(ResidentBytes - other.ResidentBytes, ManagedBytes - other.ManagedBytes);

    public Footprint MinusBytes(double bytes) => new(ResidentBytes - bytes, ManagedBytes - bytes);

    public Footprint Times(int count) => new(ResidentBytes * count, ManagedBytes * count);

    public Footprint DividedBy(int count) => new(ResidentBytes / count, ManagedBytes / count);
}
