using LeadGrains.Grains;
using LeadGrains.Grains.Partitions;

namespace LeadGrains.Testing;

/// <summary>
/// What lies between nodes of a cluster in one process. Requests of one node to another arrive in order; what is told to
/// fail is lost on its way there or on its way back, and who asked hears that nobody knows. What goes to a process that is
/// stopped arrives when it goes on, after who asked has given up.
/// </summary>
public sealed class TestNetwork
{
    private readonly Lock _gate = new();
    private Random? _faults;
    private double _lost;

    /// <summary>From here on requests or their answers are lost, doubled or late, as chance has it.</summary>
    /// <param name="random">Chance.</param>
    /// <param name="share">Of requests, 0 to 1.</param>
    public void Trouble(Random random, double share)
    {
        lock (_gate)
            (_faults, _lost) = (random, share);
    }

    internal void Send(INetworkEnd from, INetworkEnd to, ReadOnlyMemory<byte> bytes, PartitionRequest request)
    {
        var fault = Next();
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
            _ = to.AskAsync(bytes.ToArray());
        _ = AnswerAsync(from, to, to.AskAsync(bytes), request, fault);
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
