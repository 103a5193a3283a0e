using System.Globalization;
using System.Runtime;
using LeadGrains.Cluster.Membership;
using LeadGrains.Gateway;
using LeadGrains.Gateway.Access;
using LeadGrains.Grains;
using LeadGrains.Grains.Storage;
using LeadGrains.Host.Certificates;
using LeadGrains.Host.Commands;
using LeadGrains.Host.Composition;
using LeadGrains.Host.Telemetry;
using LeadGrains.Host.Terminals;

namespace LeadGrains.Host.Serving;

/// <summary>A server from its start to its end: engine, gateway, addresses.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    /// <summary>
    /// How long connections stay open after calls are refused: clients that are still sending read how their stream
    /// ended, and probes see that no calls are taken.
    /// </summary>
    private static readonly TimeSpan NoticeTime = TimeSpan.FromMilliseconds(250);

    /// <summary>How long calls under way may take once the server is told to stop.</summary>
    private static readonly TimeSpan CallTime = TimeSpan.FromSeconds(10);

    /// <summary>How long the last rows may take to be written.</summary>
    private static readonly TimeSpan CheckpointTime = TimeSpan.FromSeconds(60);

    private readonly ServeSettings _settings;
    private readonly TimeProvider _clock;
    private readonly GrainEngine _engine;
    private readonly Readiness _readiness;
    private readonly WebServer _web;
    private readonly ServerMeters _meters;
    private readonly long _entriesFound;
    private RecoveryReport? _recovery;
    private bool _isStuck;

    private RunningServer(ServeSettings settings, TimeProvider clock, GrainEngine engine)
    {
        _settings = settings;
        _clock = clock;
        _engine = engine;
        _entriesFound = engine.Store.Journal.EntryCount;
        _readiness = new Readiness { IsCurrent = () => engine.Store.Ownership.IsHeld };
        var nodesAlive = () => engine.Seat?.NodesAlive ?? 1;
        _meters = new ServerMeters(_readiness, nodesAlive);
        _web = new WebServer(settings, new GatewayParts
        {
            Grains = engine.Grains,
            Store = engine.Store.Grains,
            Registry = engine.Store.Registry,
            Webhooks = settings.Webhooks with
            {
                Delivers = () => engine.DrivesTheFirstPartition && engine.Store.Ownership.IsHeld,
                MayFollowAnother = settings.Store is not null,
            },
            Models = engine.Models,
            Readiness = _readiness,
            QueueDelay = () => engine.QueueDelay,
            NodesAlive = nodesAlive,
            Clock = clock,
        });
    }

    /// <summary>
    /// It was one node of several and has been lost: its lease has ended, another has a partition of its, or another model has
    /// become active. A new one may join in its place.
    /// </summary>
    public bool MayJoinAgain => _settings.Cluster is not null && _engine.Faulted is { IsCompleted: true, Result: var reason }
        && reason is StaleEpochException or PartitionUnavailableException or ModelChangedException;

    private string Where => string.Join(", ", _web.Endpoints);

    /// <summary>Where the server listens.</summary>
    public IReadOnlyList<ListeningEndpoint> Endpoints => _web.Endpoints;

    /// <summary>All that is mapped.</summary>
    public IReadOnlyList<Endpoint> Routes => _web.Routes;

    /// <summary>For clients on this machine.</summary>
    public Uri GrpcAddress => _web.Endpoints.First(endpoint => endpoint.SpeaksGrpc).Address;

    public Uri HttpAddress => _web.Endpoints.First(endpoint => endpoint.SpeaksHttp).Address;

    /// <summary>Opens the store, listens, recovers, and returns once calls are taken.</summary>
    /// <exception cref="CommandFailedException">Something that the user can mend.</exception>
    public static async Task<RunningServer> StartAsync(ServeSettings settings, TimeProvider clock, CancellationToken cancellationToken)
    {
        var engine = await GrainEngine.OpenAsync(settings, clock, cancellationToken);
        var server = new RunningServer(settings, clock, engine);
        try
        {
            await server.StartAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Says what was found and where the server listens. The last line is what scripts wait for.</summary>
    public void Announce(Terminal terminal)
    {
        terminal.Line($"LeadGrains {ProgramVersion.Text}, data in {_engine.Store.Name}, model {_engine.Model.Model.Name} (version {_engine.Model.Version})");
        terminal.Line(_engine.Seat is { } seat ? Joined(seat) : Found(_recovery!));
        AnnounceReady(terminal);
    }

    public void AnnounceReady(Terminal terminal) => terminal.Line($"Ready. {Where}.");

    /// <summary>Waits until the server is told to stop, or stops by itself.</summary>
    public async Task WaitForEndAsync(CancellationToken stop)
    {
        var told = Task.Delay(Timeout.InfiniteTimeSpan, _clock, stop);
        await Task.WhenAny(told, _engine.Faulted);
    }

    /// <summary>
    /// Refuses new calls, finishes those under way, writes what is in memory. Both take a bounded time.
    /// </summary>
    /// <returns>Whether everything ended as it should.</returns>
    public async Task<bool> StopAsync()
    {
        var began = _clock.GetTimestamp();
        ServerLog.Draining(_web.Log);
        _readiness.MoveTo(ServingPhase.Draining);
        await Task.Delay(NoticeTime, _clock);
        await StopCallsAsync();
        var isWhole = !_engine.Faulted.IsCompleted && await StopEngineAsync();

        // A loop can also fault while it finishes what was asked and writes the last rows.
        if (_engine.Faulted.IsCompleted)
        {
            var failure = await _engine.Faulted;
            if (MayJoinAgain)
            {
                ServerLog.NodeLost(_web.Log, failure.Message);
            }
            else
            {
                ServerLog.EngineFaulted(_web.Log, failure);
            }

            return false;
        }

        var elapsed = _clock.GetElapsedTime(began);
        ServerLog.Stopped(_web.Log, elapsed);
        return isWhole;
    }

    public async ValueTask DisposeAsync()
    {
        await _web.DisposeAsync();
        _meters.Dispose();
        _readiness.Dispose();

        // Closing the store under loops that still write would only turn a slow end into a broken one.
        if (!_isStuck)
        {
            await _engine.DisposeAsync();
        }
    }

    private string Found(RecoveryReport found) => string.Create(
        CultureInfo.InvariantCulture,
        $"Found {found.Contacts:N0} contacts, {found.Accounts:N0} accounts, {_entriesFound:N0} journal entries. Recovery took {found.Elapsed.TotalSeconds:0.000} s; {found.ReplayedEntries:N0} entries were replayed.");

    private string Joined(ClusterSeat seat) => string.Create(
        CultureInfo.InvariantCulture,
        $"Node {_settings.Cluster!.Node} has joined the cluster at {seat.Address} and drives {seat.PartitionsOwned:N0} of {_engine.Store.Grains.PartitionCount:N0} partitions.");

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        WarnOfCertificates();
        await RequireKeysAsync(cancellationToken);
        await _web.StartAsync(cancellationToken);
        if (!_web.Endpoints.Any(endpoint => endpoint.SpeaksGrpc))
        {
            ServerLog.NoGrpc(_web.Log);
        }

        if (_engine.Store.TornTail is { } torn)
        {
            ServerLog.TornTailCut(_web.Log, torn.CommitNumber, torn.SegmentId, torn.Offset);
        }

        RetentionTrail.Watch(_engine, _settings.Engine.Retention, _web.Log, _clock);
        _engine.Models.WatchFailures(failure => ServerLog.FailedUnseen(_web.Log, failure.What, failure.Reason));
        _recovery = await _engine.RecoverAsync(cancellationToken);
        if (await _engine.PublishGivenAsync(
            progress => ServerLog.Rescoring(_web.Log, progress.EntriesReplayed, progress.EntriesTotal), cancellationToken) is { } published)
        {
            ServerLog.Published(_web.Log, published.Model.Version, published.Entries, published.Elapsed);
        }

        if (_engine.Seat is { } seat)
        {
            await seat.StartAsync(_web.Log, cancellationToken);
            ServerLog.Joined(_web.Log, _settings.Cluster!.Node, seat.Address);
        }

        if (_recovery.Contacts + _recovery.Accounts > 0)
        {
            GiveMemoryBack();
        }

        _readiness.MoveTo(ServingPhase.Serving);
        var model = _engine.Model.Version;
        ServerLog.Serving(_web.Log, _engine.Store.Name, model, Where);
    }

    // A start reads and sends far more than it keeps, once, and the runtime would hold on to the memory for more of it.
    private static void GiveMemoryBack()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    private async Task RequireKeysAsync(CancellationToken cancellationToken)
    {
        if ((_settings.NeedsKeys is null && _settings.OpenAt is null) || await new KeyBook(_engine.Store.Registry, _clock).HasAnyAsync(cancellationToken))
        {
            return;
        }

        if (_settings.NeedsKeys is { } open)
        {
            throw new CommandFailedException(
                $"The endpoint {open.Name} at {open.Url} can be reached from other machines, and there are no keys yet. Make one with `leadgrains keys create --name NAME --scope ingest,read` and the same --data or --store, listen on 127.0.0.1, or say --insecure if everyone who reaches it may do everything.");
        }

        ServerLog.OpenToAll(_web.Log, _settings.OpenAt!);
    }

    private void WarnOfCertificates()
    {
        var now = _clock.GetUtcNow();
        foreach (var certificate in _settings.Endpoints?.All.Select(endpoint => endpoint.Certificate).OfType<CertificateFile>().Distinct() ?? [])
        {
            if (now > certificate.NotAfter || now < certificate.NotBefore)
            {
                ServerLog.CertificateNotValid(_web.Log, certificate.Path, certificate.NotBefore, certificate.NotAfter);
            }
        }
    }

    private async Task StopCallsAsync()
    {
        // Without an engine no call comes to anything.
        var time = _engine.Faulted.IsCompleted ? NoticeTime : CallTime;
        using var atMost = new CancellationTokenSource(time, _clock);
        await _web.StopAsync(atMost.Token);
        if (atMost.IsCancellationRequested)
        {
            ServerLog.CallsCutOff(_web.Log, time);
        }
    }

    private async Task<bool> StopEngineAsync()
    {
        try
        {
            await _engine.StopAsync().WaitAsync(CheckpointTime, _clock);
            return true;
        }
        catch (TimeoutException)
        {
            _isStuck = true;
            ServerLog.CheckpointCutOff(_web.Log, CheckpointTime);
            return false;
        }
        catch (Exception failure)
        {
            ServerLog.StopFailed(_web.Log, failure);
            return false;
        }
    }
}
