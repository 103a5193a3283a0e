using System.Text;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Rollup;

namespace LeadGrains.Grains.Tests.Simulation;

/// <summary>What a loop's contacts owe and its accounts hold, looked up on its own thread: for the message of what failed.</summary>
internal sealed class OwedReport : PartitionRequest
{
    private readonly TaskCompletionSource<string> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal override int Weight => 0;

    internal override bool IsExpress => true;

    /// <summary>Of all loops of the nodes, a line for each partition.</summary>
    public static async Task<string> OfAsync(IEnumerable<(string Name, GrainNode Node)> nodes)
    {
        var report = new StringBuilder();
        foreach (var (name, node) in nodes)
        {
            for (var loop = 0; loop < node.LoopCount; loop++)
            {
                var request = new OwedReport();
                node.TryPost(loop, request);
                report.Append(await request._done.Task.WaitAsync(TimeSpan.FromSeconds(5))).Append(System.Globalization.CultureInfo.InvariantCulture, $" (at {name}, loop {loop})\n");
            }
        }

        return report.ToString();
    }

    internal override void Apply(PartitionLoop loop) => _done.TrySetResult(
        $"outbox {(loop.Outbox.IsClear ? "clear" : "not clear")}, names {(loop.Names.IsQuiet ? "quiet" : "under way")}, moves {loop.HasMoves}, proposals {loop.Proposals.Any}; "
        + string.Join("; ", loop.Partitions.Select(Describe)));

    internal override void Fail(Exception failure) => _done.TrySetResult(failure.Message);

    private static string Describe(Partition partition)
    {
        var contacts = Enumerable.Range(0, partition.Contacts.Keys.Slots).Select(slot => Contact(partition, slot));
        var accounts = Enumerable.Range(0, partition.Accounts.Keys.Slots).Select(slot => Account(partition, slot));
        return $"partition {partition.Index} epoch {partition.Epoch} applied {partition.AppliedSequence}{(partition.IsComplete ? "" : " incomplete")}: "
            + string.Join(", ", contacts.Concat(accounts));
    }

    // Which account it belongs to, and what that and those that it left have not acknowledged.
    private static string Contact(Partition partition, int slot)
    {
        var text = $"{partition.IdOf(GrainKind.Contact, slot)}@{partition.Contacts.Columns.LastSequence[slot]}";
        if (partition.Links.AccountOf(slot) is >= 0 and var account)
            text += $" of {IdOf(partition, account)}";
        if (partition.Links.StateOf(slot) != OwedState.Nothing)
            text += $" {partition.Links.StateOf(slot)} {partition.Links.VersionOf(slot)}";
        if (partition.FormerAccounts.TryGetValue(slot, out var former))
            text += $" left {string.Join('+', former.Select(left => $"{IdOf(partition, left.AccountRef)} {left.Version}"))}";
        if (partition.Names.Sought.NameOf(slot) is { } name)
            text += $" seeks \"{name}\" {partition.Names.Sought.VersionOf(slot)}";
        return text;
    }

    private static string Account(Partition partition, int slot)
    {
        var held = new List<string>();
        for (var at = partition.Contributions.FirstOf(slot); at >= 0; at = partition.Contributions.NextOf(at))
            held.Add($"{Encoding.UTF8.GetString(partition.Contributions.ContactIdOf(at))}@{partition.Contributions[at].Version}");
        var claimed = partition.Claimants.TryGetValue(slot, out var claimant) ? $" claimed by {claimant}" : "";
        return $"{partition.IdOf(GrainKind.Account, slot)}{claimed} has [{string.Join(' ', held)}]";
    }

    private static string IdOf(Partition partition, int account) => Encoding.UTF8.GetString(partition.AccountRefs.IdOf(account));
}
