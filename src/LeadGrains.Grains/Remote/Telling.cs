using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains.Remote;

/// <summary>
/// For which partitions a message of another node speaks, and to which, under the epochs that its sender knew. What waited in a
/// process that was stopped, or on a link that broke, may come when others drive the partitions, or after newer was heard: it is
/// not taken then. All that is told is derived and absolute, and whoever has it to tell goes on until it is taken.
/// </summary>
internal sealed class Telling
{
    private readonly ulong _number;
    private readonly Dictionary<int, long> _from = [];
    private readonly Dictionary<int, long> _to = [];

    private Telling(Told told)
    {
        _number = told.Number;
        foreach (var owned in told.From)
            _from[(int)owned.Partition] = owned.Epoch;
        foreach (var owned in told.To)
            _to[(int)owned.Partition] = owned.Epoch;
    }

    /// <summary>What is said of a message that a loop sends now. Partitions that have left the loop speak no more.</summary>
    /// <param name="sender">The loop.</param>
    /// <param name="from">Whose grains tell; some more than once.</param>
    /// <param name="to">To whom; some more than once.</param>
    public static Told Of(PartitionLoop sender, IEnumerable<int> from, IEnumerable<int> to)
    {
        var told = new Told { Number = sender.Node.Parts.NextTelling() };
        foreach (var index in from.ToHashSet())
        {
            if (sender.Map.EpochOf(index) is { } epoch)
                told.From.Add(new Owned { Partition = (uint)index, Epoch = epoch });
        }

        foreach (var index in to.ToHashSet())
            told.To.Add(new Owned { Partition = (uint)index, Epoch = sender.Node.Router.EpochOf(index) });
        return told;
    }

    /// <summary>What was said of a message; null where nothing was, as by a node of an earlier version.</summary>
    public static Telling? From(Told? told) => told is null ? null : new Telling(told);

    /// <summary>Whether a partition takes what this tells for another one: nothing newer of it was heard.</summary>
    public bool IsHeard(Partition to, int from) =>
        _to.TryGetValue(to.Index, out var known) && known == to.Epoch && _from.TryGetValue(from, out var epoch)
        && to.Heard.Takes(from, epoch, _number);
}
