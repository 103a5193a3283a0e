using LeadGrains.Grains;
using LeadGrains.Grains.Partitions;

namespace LeadGrains.Testing;

/// <summary>
/// What lies between nodes of a cluster in one process. Requests of one node to another arrive in order; what is told to
/// fail is lost on its way there or on its way back, and who asked hears that nobody knows. What goes to a process that is
/// stopped arrives when it goes on, after who asked has given up. What partitions tell each other of their grains may come
/// once more at any later time, as what waited in the memory of a link that broke, or of a process that was stopped.
/// </summary>
public sealed class TestNetwork
{
    private const int KeptMax = 64;

    // The first bytes of what is told and not asked: cluster.v1 deliveries, shares, statements and questions about names.
    private static readonly byte[] Told = [32, 34, 35, 36];

    private readonly Lock _gate = new();
    private readonly List<(INetworkEnd To, ReadOnlyMemory<byte> Bytes)> _kept = [];
    private readonly HashSet<Task> _arrived = [];
    private Random? _faults;
    private double _lost;
    private bool _keepsAll;

    /// <summary>From here on requests or their answers are lost, doubled or late, as chance has it.</summary>
    /// <param name="random">Chance.</param>
    /// <param name="share">Of requests, 0 to 1.</param>
    public void Trouble(Random random, double share)
    {
        lock (_gate)
            (_faults, _lost) = (random, share);
    }

    /// <summary>From here on a copy of all that is told is kept, or no more, for <see cref="TellAgainAsync"/>.</summary>
    public void KeepCopies(bool areKept = true)
    {
        lock (_gate)
            _keepsAll = areKept;
    }

    /// <summary>All of which copies were kept comes once more, in its order, to those of whom it was told that still live.</summary>
    /// <returns>How much it was.</returns>
    public async Task<int> TellAgainAsync()
    {
        List<(INetworkEnd To, ReadOnlyMemory<byte> Bytes)> kept;
        lock (_gate)
            kept = [.. _kept];
        foreach (var (to, bytes) in kept.Where(one => one.To.IsAlive))
            await to.AskAsync(bytes);
        return kept.Count;
    }

    /// <summary>
    /// Waits until nothing is under way to nodes that live: of what was asked again after an answer was lost, the first attempt
    /// has been done then, too. Without it an attempt that nobody waits for may be done after what its caller asked later.
    /// </summary>
    public async Task SettleAsync()
    {
        while (true)
        {
            Task[] arrived;
            lock (_gate)
                arrived = [.. _arrived];
            if (arrived.Length == 0)
                return;
            await Task.WhenAll(arrived);
        }
    }

    internal void Send(INetworkEnd from, INetworkEnd to, ReadOnlyMemory<byte> bytes, PartitionRequest request)
    {
        var fault = Next();
        if (Told.Contains(bytes.Span[0]) && Keep(to, bytes) is { To.IsAlive: true } late)
            _ = late.To.AskAsync(late.Bytes);
        if (!to.IsAlive || !from.IsAlive || fault == Fault.Lost)
        {
            request.Break(new PartitionUnavailableException("The other node does not answer."));
            return;
        }

        if (!from.RunsAsync().IsCompleted || !to.RunsAsync().IsCompleted)
        {
            _ = ArriveLaterAsync(from, to, bytes.ToArray());
            request.Break(new PartitionUnavailableException("The other node has not answered in time."));
            return;
        }

        // Whoever sends again may come twice.
        if (fault == Fault.Doubled)
            _ = AskAsync(to, bytes.ToArray());
        _ = AnswerAsync(from, to, AskAsync(to, bytes), request, fault);
    }

    private Task<ReadOnlyMemory<byte>> AskAsync(INetworkEnd to, ReadOnlyMemory<byte> bytes)
    {
        var asked = to.AskAsync(bytes);
        if (asked.IsCompleted)
            return asked;

        // What a node was asked before it died has no end.
        var over = Task.WhenAny(asked, to.Died);
        lock (_gate)
            _arrived.Add(over);
        _ = over.ContinueWith(
            over =>
            {
                lock (_gate)
                    _arrived.Remove(over);
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return asked;
    }

    private static async Task ArriveLaterAsync(INetworkEnd from, INetworkEnd to, ReadOnlyMemory<byte> bytes)
    {
        await from.RunsAsync();
        await to.RunsAsync();
        if (to.IsAlive)
            await to.AskAsync(bytes);
    }

    private static async Task AnswerAsync(INetworkEnd from, INetworkEnd to, Task<ReadOnlyMemory<byte>> asked, PartitionRequest request, Fault fault)
    {
        try
        {
            // A link breaks with the process at either end of it.
            var arriving = ArriveAsync(from, to, asked, fault);
            if (await Task.WhenAny(arriving, to.Died, from.Died) != arriving || fault == Fault.Unanswered)
                request.Break(new PartitionUnavailableException("The other node's answer was lost."));
            else
                request.Complete(await arriving);
        }
        catch (Exception failure)
        {
            request.Break(new PartitionUnavailableException("The other node failed.", failure));
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ArriveAsync(INetworkEnd from, INetworkEnd to, Task<ReadOnlyMemory<byte>> asked, Fault fault)
    {
        var answer = await asked;
        if (fault == Fault.Late)
            await Task.Delay(3);
        await to.RunsAsync();
        await from.RunsAsync();
        return answer;
    }

    // One that comes late, where chance has it.
    private (INetworkEnd To, ReadOnlyMemory<byte> Bytes)? Keep(INetworkEnd to, ReadOnlyMemory<byte> bytes)
    {
        lock (_gate)
        {
            var isTroubled = _faults is not null && _lost > 0;
            if (_keepsAll || (isTroubled && _kept.Count < KeptMax))
                _kept.Add((to, bytes.ToArray()));
            else if (isTroubled)
                _kept[_faults!.Next(KeptMax)] = (to, bytes.ToArray());
            return isTroubled && _faults!.NextDouble() < _lost / 2 ? _kept[_faults.Next(_kept.Count)] : null;
        }
    }

    private Fault Next()
    {
        lock (_gate)
        {
            if (_faults is null || _faults.NextDouble() >= _lost)
                return Fault.None;
            return (Fault)_faults.Next((int)Fault.Lost, (int)Fault.Late + 1);
        }
    }

    private enum Fault
    {
        None,
        Lost,
        Unanswered,
        Doubled,
        Late,
    }
}
