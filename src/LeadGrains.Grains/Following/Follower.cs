using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Grains.Following;

/// <summary>
/// All grains under another model, beside those that are served: built by applying the journal from its start, in a
/// generation of its own, and kept up with it. It proposes and journals nothing.
/// </summary>
internal sealed class Follower : IAsyncDisposable
{
    // The rest of the journal is applied while callers wait: so much takes some tens of milliseconds.
    private const int ShortTail = 10_000;

    // Beyond it the tail does not get shorter, and callers have to wait for more.
    private const int RoundsMax = 100;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(250);

    private readonly NodeParts _parts;
    private readonly IGrainGeneration _generation;
    private readonly JournalFeed _feed;
    private bool _isKept;

    private Follower(NodeParts parts, IGrainGeneration generation, ServedModels served, IEnumerable<IReadOnlyList<OwnedPartition>> shares)
    {
        _parts = parts;
        _generation = generation;
        Loops = new LoopGroup(new NodeContext(parts, generation, served), shares);
        Loops.Context.Router = Loops;
        _feed = new JournalFeed(Loops);
        Loops.Start(LoopDuty.Replay);
    }

    /// <summary>Its loops.</summary>
    public LoopGroup Loops { get; }

    /// <summary>What it has written so far.</summary>
    public IGrainGeneration Generation => _generation;

    /// <summary>The sequence of each partition's last entry that it has been given.</summary>
    public IReadOnlyList<long> Positions => _feed.Positions;

    /// <summary>Begins with empty partitions.</summary>
    /// <param name="parts">Of the node.</param>
    /// <param name="served">The other model.</param>
    /// <param name="shares">The partitions of each of its loops.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<Follower> BeginAsync(
        NodeParts parts, ServedModels served, IEnumerable<IReadOnlyList<OwnedPartition>> shares, CancellationToken cancellationToken)
    {
        await parts.Drops.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Follower(parts, await parts.Store.BeginGenerationAsync(cancellationToken).ConfigureAwait(false), served, shares);
    }

    /// <summary>Applies the journal until only a short tail is left, and has accounts get what contacts contribute.</summary>
    /// <param name="progress">Told now and then.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task CatchUpAsync(Action<RescoreProgress> progress, CancellationToken cancellationToken)
    {
        var feeding = OwnThread.RunAsync(() => _feed.Run(isGentle: true, cancellationToken), CancellationToken.None);
        while (await Task.WhenAny(feeding, Task.Delay(ProgressInterval, _parts.Clock, CancellationToken.None)).ConfigureAwait(false) != feeding)
            progress(Progress());
        await feeding.ConfigureAwait(false);
        await TellAsync(LoopDuties.Follow).ConfigureAwait(false);
        for (var round = 0; round < RoundsMax && (round == 0 || _feed.Behind > ShortTail); round++)
        {
            await KeepUpAsync(cancellationToken).ConfigureAwait(false);
            progress(Progress());
        }
    }

    /// <summary>Applies what has become durable since, and waits until accounts have it.</summary>
    public async Task KeepUpAsync(CancellationToken cancellationToken)
    {
        await OwnThread.RunAsync(() => _feed.Run(isGentle: false, cancellationToken), CancellationToken.None).ConfigureAwait(false);
        await Loops.RestAsync(isHeld: false).ConfigureAwait(false);
        Loops.GoOn();
    }

    /// <summary>Applies what is journalled as it comes, until it is told to end.</summary>
    public Task FollowAsync(CancellationToken cancellationToken) => OwnThread.RunAsync(() =>
    {
        while (!cancellationToken.WaitHandle.WaitOne(BetweenLooks))
            _feed.Run(isGentle: true, cancellationToken);
    }, CancellationToken.None);

    /// <summary>How far it is.</summary>
    public RescoreProgress Progress()
    {
        var applied = _feed.EntriesApplied;
        return new RescoreProgress(applied, Math.Max(applied, _parts.Journal.EntryCount));
    }

    /// <summary>Has all loops do something, and waits until all have.</summary>
    public Task TellAsync(Action<PartitionLoop> act)
    {
        var taken = new List<Task>(Loops.Loops.Count);
        foreach (var loop in Loops.Loops)
        {
            var request = new TellLoop(act);
            loop.Queue.TryPost(request);
            taken.Add(request.Done);
        }

        return Loops.OrFaultAsync(Task.WhenAll(taken));
    }

    /// <summary>Its loops serve from here on: they are no part of it any more.</summary>
    public void Keep() => _isKept = true;

    /// <summary>Ends it and drops what it has written, unless its loops serve.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_isKept)
        {
            _isKept = true;
            await OwnThread.RunAsync(Loops.Abort, CancellationToken.None).ConfigureAwait(false);
            Loops.Dispose();
            _parts.Drops.Add(_generation);
        }

        _feed.Dispose();
    }
}
