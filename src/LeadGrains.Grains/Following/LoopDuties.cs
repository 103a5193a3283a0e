using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Stages;

namespace LeadGrains.Grains.Following;

/// <summary>What a loop does when it goes over to another duty. Its own thread.</summary>
internal static class LoopDuties
{
    /// <summary>Serves from the start.</summary>
    public static void Begin(PartitionLoop loop)
    {
        loop.Outbox.OweEverything();
        loop.Names.SeekEverything();
        foreach (var partition in loop.Partitions.Where(partition => partition.LastSequence <= loop.Node.ActiveAfter[partition.Index]))
            loop.Proposals.ProposeModel(partition);
    }

    /// <summary>Contributions that were put off until now are owed from here on.</summary>
    public static void Follow(PartitionLoop loop)
    {
        loop.Settle();
        loop.Settlement.Duty = LoopDuty.Follow;
        foreach (var partition in loop.Partitions)
            partition.HasContributions = true;
        loop.Outbox.OweEverything();
    }

    /// <summary>
    /// Takes over: what follows from the model is proposed from here on, and it is journalled that it is active. All
    /// loops have stated their accounts' names before.
    /// </summary>
    public static void Serve(PartitionLoop loop)
    {
        loop.Settlement.Duty = LoopDuty.Serve;
        foreach (var partition in loop.Partitions)
        {
            loop.Complete(partition, byModel: true);
            partition.Woken.AreByModel();
            StageEvaluation.AwaitModel(partition, GrainKind.Contact, loop.Node);
            StageEvaluation.AwaitModel(partition, GrainKind.Account, loop.Node);
            loop.Proposals.ProposeModel(partition);
        }

        loop.Outbox.ProposeMoves();
        loop.Names.SeekEverything();
    }
}
