using System.Globalization;
using System.Text;
using LeadGrains.Cluster.Solo;
using LeadGrains.Grains.Erasing;
using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Tests.Node;
using LeadGrains.Scoring;
using LeadGrains.Storage.Embedded;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Simulation;

/// <summary>
/// A seeded run of months over a real data folder, in which signals grow too old and are removed, while the process dies again
/// and again. Nothing of them is left, all others are there, and everybody stands as on a node that keeps everything.
/// </summary>
internal sealed class RetentionSimulator : IAsyncDisposable
{
    private const int Partitions = 4;
    private const int People = 25;
    private const int MergingDays = 20;
    private const string Newest = "somebody-new";

    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);
    private static readonly ScoringModel First = ModelReader.Read(Simulator.Model).Model!;
    private static readonly ScoringModel Second = ModelReader.Read(Simulator.Model.Replace("half_point: 40", "half_point: 50", StringComparison.Ordinal)).Model!;

    private readonly Random _random;
    private readonly TempFolder _folder = new();
    private readonly ManualClock _clock;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _ticking;
    private readonly GrainNodeOptions _options;
    private readonly TestNode _twin;
    private readonly Dictionary<string, DateTimeOffset> _sent = new(StringComparer.Ordinal);
    private EmbeddedStore? _store;
    private GrainNode? _node;
    private int _next;

    private RetentionSimulator(Random random, TestNode twin, ManualClock clock)
    {
        _random = random;
        _clock = clock;
        _twin = twin;
        _options = Simulator.NextOptions(random, loops: 2, activeGrains: 6) with { Retention = new RetentionOptions { Signals = Kept } };
        _ticking = TickAsync();
    }

    public int Removed { get; private set; }

    private GrainClient Client => _node!.Client;

    private int Day => (int)(_clock.GetUtcNow() - Simulator.Start).TotalDays;

    public static async Task<RetentionSimulator> StartAsync(int seed)
    {
        var clock = new ManualClock(Simulator.Start);
        var twin = await TestNode.StartAsync(First, clock, new GrainNodeOptions { Loops = 1 }, Partitions);
        var simulator = new RetentionSimulator(new Random(seed), twin, clock);
        await simulator.OpenAsync();
        return simulator;
    }

    public Task StepAsync() => _random.Next(10) switch
    {
        < 4 => SendAsync(),
        4 => UpsertAsync(),
        5 => Day < MergingDays ? MergeAsync() : SendAsync(),
        6 => CrashAsync(),
        _ => PassAsync(),
    };

    /// <summary>Lets a last run come, and looks at what is left of everything.</summary>
    public async Task CheckAsync()
    {
        await SendAsync();
        var newest = TestSignals.Of("newest", Newest, "demo", _clock.GetUtcNow());
        foreach (var client in new[] { Client, _twin.Client })
            await client.SendAsync(newest);
        await RunOnceAsync();
        await CompareAsync(await ScannedAsync());
        await CrashAsync();
        var kept = await ScannedAsync();
        await CompareAsync(kept);
        await CheckListsAsync(kept);
        await PublishAsync();
        await CompareRescoredAsync();
        await CloseAsync();
        LookForRemoved();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await _ended.CancelAsync();
        await _ticking;
        await _twin.DisposeAsync();
        _ended.Dispose();
        _folder.Dispose();
    }

    private async Task SendAsync()
    {
        var signals = Enumerable.Range(0, 1 + _random.Next(12)).Select(_ => Next()).ToList();
        await Client.SendAsync(signals.Select(signal => signal.Clone()));
        await _twin.Client.SendAsync(signals);
    }

    private V1.Signal Next()
    {
        var mark = string.Create(CultureInfo.InvariantCulture, $"mark-{_next++:00000}-end");
        _sent.Add(mark, _clock.GetUtcNow());
        // Some happened long before they are told: they age from when they came.
        var at = _clock.GetUtcNow() - TimeSpan.FromDays(_random.Next(4) == 0 ? _random.Next(60) : 0);
        var ofAccount = _random.Next(10) == 0;
        return TestSignals.Of(
            mark, ofAccount ? "" : IdOf(_random.Next(People)), _random.Next(4) == 0 ? "demo" : "viewed", at, ofAccount ? "a1" : "",
            attributes: new Dictionary<string, string> { ["url"] = $"https://x/pricing?{mark}" });
    }

    private async Task UpsertAsync()
    {
        var upsert = new ContactUpsert(0, IdOf(_random.Next(People)), $"p@firm{_random.Next(4)}.com", null, [new TraitEdit("title", TraitValue.Text("VP Sales"))]);
        foreach (var client in new[] { Client, _twin.Client })
            await client.UpsertContactsAsync(Workspaces.Default, [upsert], AckLevel.Ranked, CancellationToken.None);
    }

    private async Task MergeAsync()
    {
        var (from, into) = (IdOf(_random.Next(People)), IdOf(_random.Next(People)));
        foreach (var client in new[] { Client, _twin.Client })
        {
            try
            {
                await client.MergeContactsAsync(Workspaces.Default, from, into, CancellationToken.None);
            }
            catch (GrainException refused) when (refused is UnknownContactException or MergeRefusedException)
            {
            }
        }
    }

    private async Task PassAsync()
    {
        for (var hours = 12 + _random.Next(100); hours > 0; hours -= 6)
        {
            _clock.Advance(TimeSpan.FromHours(6));
            await Task.Delay(2);
        }
    }

    // One that begins after all that was sent.
    private async Task RunOnceAsync()
    {
        _clock.Advance(TimeSpan.FromDays(1));
        var from = Client.Now();
        for (var waited = 0; ; waited++)
        {
            if (await Client.FindRetentionAsync(CancellationToken.None) is { FinishedAt: not null } run && run.BegunAt >= from)
                return;
            Assert.True(waited < 20_000, "no run came to its end");
            if (waited % 50 == 0)
                _clock.Advance(TimeSpan.FromHours(1));
            await Task.Delay(5);
        }
    }

    private async Task<HashSet<string>> ScannedAsync()
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var piece in Client.ScanSignalsAsync(Workspaces.Default, "", "", CancellationToken.None))
            found.UnionWith(piece.Signals.Select(signal => V1.Signal.Parser.ParseFrom(signal.Signal).Id));
        return found;
    }

    private async Task CompareAsync(HashSet<string> kept)
    {
        var run = (await Client.FindRetentionAsync(CancellationToken.None))!;
        var since = run.SignalsSince!.Value.ToDateTimeOffset();
        // What came in the very minute may be on either side of it.
        Assert.All(_sent, signal => Assert.True(Math.Abs((signal.Value - since).TotalMinutes) < 1 || kept.Contains(signal.Key) == signal.Value > since, $"{signal} {since}"));
        Assert.True(run.OldestSignal >= run.SignalsSince, $"{run}");
        var contacts = Enumerable.Range(0, People).Select(IdOf).ToList();
        await Comparison.QuietAsync(Client, _twin.Client, contacts, ["a1"]);
        var now = Client.Now() + TimeSpan.FromDays(1);
        foreach (var id in contacts)
            await CompareContactAsync(id, now);
        Removed = _sent.Count - kept.Count;
    }

    private async Task CompareContactAsync(string id, Instant at)
    {
        var here = await Client.ExplainContactAsync(Workspaces.Default, id, at, CancellationToken.None);
        var there = await _twin.Client.ExplainContactAsync(Workspaces.Default, id, at, CancellationToken.None);
        Assert.Equal(there is null, here is null);
        if (here is null || there is null)
            return;
        Assert.Equal((there.Contact.Id, there.Contact.AccountId, there.Contact.SignalCount), (here.Contact.Id, here.Contact.AccountId, here.Contact.SignalCount));
        Assert.Equal(there.Contact.Score.IntentPoints, here.Contact.Score.IntentPoints, 1e-9 * Math.Max(1, Math.Abs(there.Contact.Score.IntentPoints)));
    }

    // Page by page, and of the past.
    private async Task CheckListsAsync(HashSet<string> kept)
    {
        foreach (var id in Enumerable.Range(0, People).Select(IdOf))
        {
            for (var token = ""; ;)
            {
                if (await Client.ListSignalsAsync(Workspaces.Default, id, 3, token, CancellationToken.None) is not { } page)
                    break;
                Assert.All(page.Signals, signal => Assert.True(V1.Signal.Parser.ParseFrom(signal.Signal.Span).Id is var mark && kept.Contains(mark), mark));
                token = page.NextPageToken;
                if (token.Length == 0)
                    break;
            }

            await Client.ExplainContactAsync(Workspaces.Default, id, Client.Now() + TimeSpan.FromDays(-10), CancellationToken.None);
        }
    }

    private async Task PublishAsync()
    {
        foreach (var models in new[] { _node!.Models, _twin.Node.Models })
            await models.PublishAsync(new ModelPublication(Second, "tests", "", IsSilent: true), static _ => { }, CancellationToken.None).WaitAsync(Soon);
    }

    // Who has lost no signal is scored anew as where all are kept; the newest person has lost none.
    private async Task CompareRescoredAsync()
    {
        var same = 0;
        var now = Client.Now() + TimeSpan.FromDays(1);
        foreach (var id in Enumerable.Range(0, People).Select(IdOf).Append(Newest))
        {
            var here = await Client.ExplainContactAsync(Workspaces.Default, id, now, CancellationToken.None);
            var there = await _twin.Client.ExplainContactAsync(Workspaces.Default, id, now, CancellationToken.None);
            Assert.True((here?.Contact.SignalCount ?? 0) <= (there?.Contact.SignalCount ?? 0), id);
            if (here is null || there is null || here.Contact.SignalCount != there.Contact.SignalCount)
                continue;
            Assert.True(
                Math.Abs(there.Contact.Score.IntentPoints - here.Contact.Score.IntentPoints) <= 1e-9 * Math.Max(1, Math.Abs(there.Contact.Score.IntentPoints)),
                $"{id}: {string.Join(", ", here.Parts)} instead of {string.Join(", ", there.Parts)}");
            same++;
        }

        Assert.InRange(same, 1, People);
    }

    private void LookForRemoved()
    {
        var old = _sent.Where(signal => signal.Value < _clock.GetUtcNow() - Kept - TimeSpan.FromDays(3)).Select(signal => Encoding.UTF8.GetBytes(signal.Key)).ToList();
        foreach (var file in Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories))
        {
            var bytes = File.ReadAllBytes(file);
            Assert.All(old, mark => Assert.True(bytes.AsSpan().IndexOf(mark) < 0, $"{Encoding.UTF8.GetString(mark)} is left in {file}"));
        }
    }

    private static string IdOf(int number) => $"person-{number:D4}-of-many";

    private async Task CrashAsync()
    {
        _node!.Abort();
        await CloseAsync();
        await OpenAsync();
    }

    private async Task CloseAsync()
    {
        if (_node is not null)
            await _node.DisposeAsync().AsTask().WaitAsync(Soon);
        if (_store is not null)
            await _store.DisposeAsync().AsTask().WaitAsync(Soon);
        (_node, _store) = (null, null);
    }

    private async Task OpenAsync()
    {
        _store = await EmbeddedStore.OpenAsync(
            new EmbeddedStoreOptions { Folder = _folder.Path, NewStoreId = new Guid(1, 2, 3, new byte[8]), PartitionCount = Partitions, SegmentBytes = 8 * 1024 },
            CancellationToken.None);
        if (await _store.Grains.ReadActiveModelAsync(CancellationToken.None) is null)
        {
            var added = new StoredModel(1, First.ContentHash.ToArray(), First.Yaml, "tests", Instant.FromDateTimeOffset(_clock.GetUtcNow()), "");
            await _store.Grains.ActivateAsync(new ModelActivation { Active = new ActiveModel(1, new long[Partitions]), Added = added }, CancellationToken.None);
        }

        var active = (await _store.Grains.ReadActiveModelAsync(CancellationToken.None))!;
        var served = new ModelBook(await _store.Grains.ReadModelsAsync(CancellationToken.None)).ServedAt(active.Version);
        _node = new GrainNode(
            _options, _store.Journal, _store.Grains, new SoloOwnership(Partitions), served, _clock,
            new ErasingStore(_store.Registry, _store.People, new byte[32]));
        await _node.StartAsync(new SoloRouter(_node, Partitions), CancellationToken.None).WaitAsync(Soon);
    }

    // Runs wait by the clock.
    private async Task TickAsync()
    {
        while (!_ended.IsCancellationRequested)
        {
            await Task.Delay(2, CancellationToken.None);
            _clock.Advance(TimeSpan.FromMilliseconds(25));
        }
    }
}
