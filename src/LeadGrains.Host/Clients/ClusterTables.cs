using System.Globalization;
using LeadGrains.Host.Terminals;

namespace LeadGrains.Host.Clients;

/// <summary>The nodes of a cluster and their partitions, as tables.</summary>
internal static class ClusterTables
{
    public static void Show(Terminal terminal, ClusterStatus status)
    {
        if (status.Nodes.Count == 0)
        {
            terminal.Line("No node has joined. `leadgrains serve --store ADDRESS --cluster ADDR:PORT --secret-file FILE` starts one.");
        }
        else
        {
            var nodes = new TextTable().Left("node", "address", "state").Right("partitions");
            foreach (var node in status.Nodes)
            {
                nodes.Row(node.Name, node.Address, node.State, Number(node.Partitions));
            }

            terminal.Table(nodes);
        }

        terminal.Line();
        var partitions = new TextTable().Right("partition").Left("owner").Right("epoch", "lease left", "journal end", "to replay");
        foreach (var partition in status.Partitions)
        {
            partitions.Row(
                Number(partition.Partition), partition.Owner.Length == 0 ? "(nobody)" : partition.Owner, Number(partition.Epoch),
                partition.Owner.Length == 0 ? "" : ScoreText.Of(partition.LeaseSeconds) + " s", ScoreText.Of(partition.JournalEnd),
                ScoreText.Of(partition.ToReplay));
        }

        terminal.Table(partitions);
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
