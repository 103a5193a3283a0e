using System.Threading.Channels;

namespace LeadGrains.Grains.Watching;

/// <summary>Changes on their way to one watcher: so many at most, and when there are more, none after them. For many threads.</summary>
internal sealed class ChangeSubscription(string workspace, ChangeFilter filter, long[] begin, Action<ChangeSubscription> leave) : IDisposable
{
    /// <summary>Changes that wait for a watcher.</summary>
    public const int Capacity = 1_024;

    private readonly Channel<GrainChange> _changes =
        Channel.CreateBounded<GrainChange>(new BoundedChannelOptions(Capacity) { SingleReader = true });

    private volatile bool _lapsed;

    /// <summary>Whose changes.</summary>
    public string Workspace => workspace;

    /// <summary>For each partition the sequence after which changes are told here.</summary>
    public ReadOnlySpan<long> Begin => begin;

    /// <summary>What has been told, in the order of each partition's sequences: all that the filter lets through.</summary>
    public ChannelReader<GrainChange> Changes => _changes.Reader;

    /// <summary>The watcher was too slow: of each partition, what has been told is whole up to the last change of it, and no more will come.</summary>
    public bool HasLapsed => _lapsed;

    /// <summary>False where the watcher has lapsed. The changes of one partition come one after the other.</summary>
    public bool TryTell(GrainChange change)
    {
        if (!filter.Matches(change) || _changes.Writer.TryWrite(change))
            return true;
        _lapsed = true;
        _changes.Writer.TryComplete();
        return false;
    }

    public void Dispose() => leave(this);
}
