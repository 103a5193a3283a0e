using Google.Protobuf.WellKnownTypes;
using LeadGrains.Cluster.Solo;
using LeadGrains.Grains.Erasing;
using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Tests.Node;
using LeadGrains.Scoring;
using LeadGrains.Storage.Embedded;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Simulation;

/// <summary>
/// A seeded run of a node over a real data folder, in which people are erased: while others are sent, while they themselves
/// are, while the process dies and while models are published. In the end nothing is left of them, and everybody else is as on
/// a node that never heard of them.
/// </summary>
internal sealed class ErasureSimulator : ISimulator
{
    private const int Partitions = 4;
    private const int People = 25;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);
    private static readonly ScoringModel[] Models =
    [
        ModelReader.Read(Simulator.Model).Model!,
        ModelReader.Read(Simulator.Model.Replace("half_point: 40", "half_point: 50", StringComparison.Ordinal)).Model!,
    ];

    private int _kind;
    private int _moments;
    private readonly Random _random;
    private readonly TempFolder _folder = new();
    private readonly ManualClock _clock = new(Simulator.Start);
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _ticking;
    private readonly Traffic _traffic;
    private readonly GrainNodeOptions _options;
    private readonly byte[] _secret = new byte[32];
    private readonly int[] _person = [.. Enumerable.Range(0, People)];
    private readonly HashSet<int> _erased = [];
    private readonly List<(int[] Who, Func<GrainClient, Task> Ask)> _told = [];
    private EmbeddedStore? _store;
    private GrainNode? _node;

    private ErasureSimulator(int seed)
    {
        _random = new Random(seed);
        _random.NextBytes(_secret);
        _traffic = new Traffic(_random, _clock);
        _options = Simulator.NextOptions(_random, loops: 2, activeGrains: 6);
        _ticking = TickAsync();
    }

    public int Erasures => _erased.Count;

    private GrainClient Client => _node!.Client;

    public static async Task<ErasureSimulator> StartAsync(int seed)
    {
        var simulator = new ErasureSimulator(seed);
        await simulator.OpenAsync();
        return simulator;
    }

    /// <inheritdoc/>
    public string State => $"kind {_kind}, {Erasures} erasures";

    public Task StepAsync() => (_kind = _random.Next(14)) switch
    {
        < 6 => SendAsync(),
        6 => UpsertContactAsync(),
        7 => UpsertAccountAsync(),
        < 10 => MergeAsync(),
        10 => PublishAsync(),
        11 => CrashAsync(),
        _ => EraseAsync(_random.Next(People)),
    };

    /// <summary>Compares everybody who is left, and looks for everybody who is not.</summary>
    public async Task CompareAsync()
    {
        foreach (var number in _erased.Order())
        {
            var report = (await EraseUntilDoneAsync(number))!;
            Assert.True(report.Searched.All(place => place.Found == 0), $"{IdOf(number)} is left in {string.Join(", ", report.Searched)}");
        }

        await CrashAsync();
        await _ended.CancelAsync();
        await _ticking;
        await using var twin = await TestNode.StartAsync(Client.ModelOf(Workspaces.Default).Model, new ManualClock(_clock.GetUtcNow()), new GrainNodeOptions { Loops = 1 }, Partitions);
        foreach (var (who, ask) in _told.Where(told => !told.Who.Any(number => _erased.Contains(number))))
            await ask(twin.Client);
        var contacts = Enumerable.Range(0, People).Select(IdOf).ToList();
        await Comparison.QuietAsync(Client, twin.Client, contacts, Traffic.Accounts());
        var now = Client.Now();
        foreach (var id in contacts)
            await CompareContactAsync(twin.Client, id, now);
        await Recomputation.CompareAsync(Client, contacts, Traffic.Accounts());
        await CloseAsync();
        foreach (var number in _erased)
            LookFor(number);
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await _ended.CancelAsync();
        await _ticking;
        _ended.Dispose();
        _folder.Dispose();
    }

    private static string IdOf(int number) => $"person-{number:D4}-of-many";

    private async Task SendAsync()
    {
        // Under two ids of one person, signals of one call are counted in any order.
        var ids = new Dictionary<int, string>();
        var signals = Enumerable.Range(0, 1 + _random.Next(12)).Select(_ => Named(_traffic.NextSignal())).Where(IsUnderOneId).ToList();
        foreach (var signal in signals)
            Tell(signal.ContactId.Length == 0 ? [] : [NumberOf(signal.ContactId)], client => client.SendAsync(signal.Clone()));
        await Client.SendAsync(signals);

        bool IsUnderOneId(V1.Signal signal) =>
            signal.ContactId.Length == 0 || ids.TryAdd(_person[NumberOf(signal.ContactId)], signal.ContactId) || ids.ContainsValue(signal.ContactId);
    }

    private async Task UpsertContactAsync()
    {
        var number = _random.Next(People);
        var upsert = _traffic.NextContactUpsert() with { Id = IdOf(number), AsOf = Instant.FromDateTimeOffset(Alone(_clock.GetUtcNow())) };
        Task<UpsertOutcome> Ask(GrainClient client) => client.UpsertContactsAsync(Workspaces.Default, [upsert], AckLevel.Ranked, CancellationToken.None);
        Tell([number], Ask);
        await Ask(Client);
    }

    private async Task UpsertAccountAsync()
    {
        var upsert = _traffic.NextAccountUpsert() with { AsOf = null };
        Task<UpsertOutcome> Ask(GrainClient client) => client.UpsertAccountsAsync(Workspaces.Default, [upsert], AckLevel.Ranked, CancellationToken.None);
        Tell([], Ask);
        await Ask(Client);
    }

    private async Task MergeAsync()
    {
        var (from, into) = (_random.Next(People), _random.Next(People));
        async Task Ask(GrainClient client)
        {
            try
            {
                await client.MergeContactsAsync(Workspaces.Default, IdOf(from), IdOf(into), CancellationToken.None);
                if (client == Client && _person[from] != _person[into])
                    Join(_person[from], _person[into]);
            }
            catch (GrainException refused) when (refused is UnknownContactException or MergeRefusedException)
            {
            }
        }

        Tell([from, into], Ask);
        await Ask(Client);
    }

    private Task<PublishedModel> PublishAsync() => _node!.Models.PublishAsync(
        new ModelPublication(Models[_random.Next(Models.Length)], "tests", "", IsSilent: true), static _ => { }, CancellationToken.None);

    // The process may die, and the person go on to be active, while it is erased.
    private async Task EraseAsync(int number)
    {
        var erasing = Client.EraseContactAsync(Workspaces.Default, IdOf(number), CancellationToken.None);
        if (_random.Next(2) == 0)
            await SendAsync();
        var published = _random.Next(4) == 0 ? (Task)PublishAsync() : Task.CompletedTask;
        if (_random.Next(2) == 0)
        {
            await Task.WhenAny(erasing, Task.Delay(_random.Next(40)));
            await CrashAsync();
        }

        await Task.WhenAny(Task.WhenAll(erasing, published)).WaitAsync(Soon);
        if (await EraseUntilDoneAsync(number) is null)
            return;
        for (var other = 0; other < People; other++)
        {
            if (_person[other] == _person[number])
                _erased.Add(other);
        }
    }

    // Null where nobody ever heard of the person.
    private async Task<ErasureReport?> EraseUntilDoneAsync(int number)
    {
        try
        {
            return await Client.EraseContactAsync(Workspaces.Default, IdOf(number), CancellationToken.None).WaitAsync(Soon);
        }
        catch (UnknownContactException)
        {
            return null;
        }
    }

    private void Tell(int[] who, Func<GrainClient, Task> ask) => _told.Add((who, ask));

    private void Join(int left, int right)
    {
        for (var number = 0; number < People; number++)
        {
            if (_person[number] == left)
                _person[number] = right;
        }
    }

    private static int NumberOf(string id) => int.Parse(id.AsSpan("person-".Length, 4), System.Globalization.CultureInfo.InvariantCulture);

    private V1.Signal Named(V1.Signal signal)
    {
        if (signal.ContactId.Length is 0 or > 3)
            return signal;
        signal.ContactId = IdOf(int.Parse(signal.ContactId.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture));
        signal.OccurredAt = Timestamp.FromDateTimeOffset(Alone(signal.OccurredAt.ToDateTimeOffset()));
        return signal;
    }

    // No two things of contacts at the same instant: which of them is the newer one would be for the order to say in which they
    // came, and the other node, whose clock stands, has another one where people were merged.
    private DateTimeOffset Alone(DateTimeOffset at) => at.AddTicks(++_moments - TimeSpan.TicksPerSecond);

    private async Task CompareContactAsync(GrainClient twin, string id, Instant now)
    {
        var here = await Client.ExplainContactAsync(Workspaces.Default, id, now, CancellationToken.None);
        var there = await twin.ExplainContactAsync(Workspaces.Default, id, now, CancellationToken.None);
        Assert.True(there is null == here is null, $"{id} is {(here is null ? "not " : "")}known, and should be otherwise");
        if (here is null || there is null)
            return;
        Assert.Equal(there.Contact.Id, here.Contact.Id);
        Assert.Equal(there.Contact.MergedContactIds.Order(), here.Contact.MergedContactIds.Order());
        Assert.Equal(there.Contact.AccountId, here.Contact.AccountId);
        Assert.Equal(there.Contact.SignalCount, here.Contact.SignalCount);
        Assert.Equal(there.Contact.Traits.OrderBy(trait => trait.Key), here.Contact.Traits.OrderBy(trait => trait.Key));
        Assert.Equal(there.Contact.Score.IntentPoints, here.Contact.Score.IntentPoints, 1e-9 * Math.Max(1, Math.Abs(there.Contact.Score.IntentPoints)));
    }

    private void LookFor(int number)
    {
        var id = System.Text.Encoding.UTF8.GetBytes(IdOf(number));
        Assert.All(
            Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories),
            file => Assert.True(File.ReadAllBytes(file).AsSpan().IndexOf(id) < 0, $"{IdOf(number)} is left in {file}"));
    }

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
            new EmbeddedStoreOptions { Folder = _folder.Path, NewStoreId = new Guid(_secret.AsSpan(0, 16)), PartitionCount = Partitions, SegmentBytes = 8 * 1024 },
            CancellationToken.None);
        if (await _store.Grains.ReadActiveModelAsync(CancellationToken.None) is null)
        {
            var added = new StoredModel(1, Models[0].ContentHash.ToArray(), Models[0].Yaml, "tests", Instant.FromDateTimeOffset(_clock.GetUtcNow()), "");
            await _store.Grains.ActivateAsync(new ModelActivation { Active = new ActiveModel(1, new long[Partitions]), Added = added }, CancellationToken.None);
        }

        var active = (await _store.Grains.ReadActiveModelAsync(CancellationToken.None))!;
        var stored = (await _store.Grains.ReadModelsAsync(CancellationToken.None)).Single(model => model.Version == active.Version);
        _node = new GrainNode(
            _options, _store.Journal, _store.Grains, new SoloOwnership(Partitions), new ServedModels(active.Version, ModelReader.Read(stored.Yaml).Model!), _clock,
            new ErasingStore(_store.Registry, _store.People, _secret));
        await _node.StartAsync(new SoloRouter(_node, Partitions), CancellationToken.None).WaitAsync(Soon);
    }

    // Erasures wait for rows by the clock.
    private async Task TickAsync()
    {
        while (!_ended.IsCancellationRequested)
        {
            await Task.Delay(2, CancellationToken.None);
            _clock.Advance(TimeSpan.FromMilliseconds(25));
        }
    }
}
