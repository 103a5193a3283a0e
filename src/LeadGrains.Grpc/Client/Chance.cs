namespace Grpc.Net.Client.Internal;

/// <summary>Numbers at random for the pauses of a channel, so that clients that failed together do not come back together.</summary>
/// <param name="seed">Where the row of numbers begins.</param>
internal sealed class Chance(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>A number from 0 to below 1.</summary>
    public double Next()
    {
        lock (_random)
            return _random.NextDouble();
    }
}
