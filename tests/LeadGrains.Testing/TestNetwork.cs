using LeadGrains.Grains;
using LeadGrains.Grains.Partitions;

namespace LeadGrains.Testing;

/// <summary>
/// What lies between nodes of a cluster in one process. Requests of one node to another arrive in order; what is told to
/// fail is lost on its way there or on its way back, and who asked hears that nobody knows.
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

    internal void Send(TestMember from, TestMember to, ReadOnlyMemory<byte> bytes, PartitionRequest request)
    {
        var fault = Next();
        if (!to.IsAlive || !from.IsAlive || fault == Fault.Lost)
        {
            request.Break(new PartitionUnavailableException("The other node does not answer."));
            return;
        }

        // Whoever sends again may come twice.
        if (fault == Fault.Doubled)
            _ = to.Node.AskAsync(bytes.ToArray(), CancellationToken.None);
        _ = AnswerAsync(to, to.Node.AskAsync(bytes, CancellationToken.None), request, fault);
    }

    private static async Task AnswerAsync(TestMember to, Task<ReadOnlyMemory<byte>> asked, PartitionRequest request, Fault fault)
    {
        try
        {
            var answer = await asked;
            if (fault == Fault.Late)
                await Task.Delay(3);
            if (!to.IsAlive || fault == Fault.Unanswered)
                request.Break(new PartitionUnavailableException("The other node's answer was lost."));
            else
                request.Complete(answer);
        }
        catch (Exception failure)
        {
            request.Break(new PartitionUnavailableException("The other node failed.", failure));
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
