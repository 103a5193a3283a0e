using LeadGrains.Grains.Tests.Node;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Simulation;

/// <summary>
/// A seeded run of a whole node over the journal of segment files: the power goes at any operation of the disk, also while the
/// journal is opened after the time before. Beside it a twin to which nothing ever happens gets the same; what was not
/// acknowledged is sent again. In the end they must agree.
/// </summary>
internal sealed class DiskSimulator : ISimulator
{
    private const int Partitions = 4;

    private readonly Random _random;
    private readonly ManualClock _clock;
    private readonly ManualClock _twinClock;
    private readonly DiskNode _node;
    private readonly TestNode _twin;
    private readonly Traffic _traffic;
    private int _kind;

    private DiskSimulator(Random random, DiskNode node, TestNode twin, ManualClock clock, ManualClock twinClock)
    {
        _random = random;
        _node = node;
        _twin = twin;
        _clock = clock;
        _twinClock = twinClock;
        _traffic = new Traffic(random, clock);
    }

    public int Crashes { get; private set; }

    /// <inheritdoc/>
    public string State => $"kind {_kind}, {Crashes} crashes";

    public int TornTails => _node.TornTails;

    public int Segments => _node.Segments;

    public static async Task<DiskSimulator> StartAsync(int seed)
    {
        var model = ModelReader.Read(Simulator.Model).Model!;
        var (clock, twinClock) = (new ManualClock(Simulator.Start), new ManualClock(Simulator.Start));
        var random = new Random(seed);
        var options = Simulator.NextOptions(random, loops: 2, activeGrains: 6);
        // What happens to the disk is drawn at whatever time its threads come to it, and must not disturb the rest.
        var node = await DiskNode.StartAsync(new Random(seed), model, clock, options, Partitions);
        var twin = await TestNode.StartAsync(model, twinClock, new GrainNodeOptions { Loops = 1 }, partitions: Partitions);
        return new DiskSimulator(random, node, twin, clock, twinClock);
    }

    public async Task StepAsync()
    {
        switch (_kind = _random.Next(12))
        {
            case < 4:
                V1.Signal[] signals = [.. Enumerable.Range(0, 1 + _random.Next(12)).Select(_ => _traffic.NextSignal())];
                await BothAsync(client => client.SendAsync(signals), mayDie: _random.Next(2) == 0);
                break;
            case 4:
                var contact = _traffic.NextContactUpsert();
                await BothAsync(client => client.UpsertContactsAsync(Workspaces.Default, [contact], AckLevel.Ranked, CancellationToken.None), mayDie: false);
                break;
            case 5:
                var account = _traffic.NextAccountUpsert();
                await BothAsync(client => client.UpsertAccountsAsync(Workspaces.Default, [account], AckLevel.Ranked, CancellationToken.None), mayDie: false);
                break;
            case 6:
                var elapsed = TimeSpan.FromHours(_random.Next(60));
                _clock.Advance(elapsed);
                _twinClock.Advance(elapsed);
                break;
            case 7:
                await CrashAsync();
                break;
            case < 10:
                var (from, into) = (_traffic.NextContact(), _traffic.NextContact());
                await BothAsync(client => MergeAsync(client, from, into), mayDie: _random.Next(2) == 0);
                break;
            default:
                await _node.RestartAsync();
                break;
        }
    }

    /// <summary>Compares everything that callers can see.</summary>
    public async Task CompareAsync()
    {
        await CrashAsync();
        await Comparison.OfAsync(_node.Client, _twin.Client, Traffic.Contacts(), Traffic.Accounts());
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        await _twin.DisposeAsync();
    }

    // As a client does: what is not acknowledged is sent again.
    private async Task BothAsync<T>(Func<GrainClient, Task<T>> ask, bool mayDie)
    {
        if (mayDie)
        {
            _node.Disk.TurnOffAt(1 + _random.Next(6));
            var asked = ask(_node.Client);
            await Task.WhenAny(asked, _node.Faulted);
            await CrashAsync();
            try
            {
                await asked;
            }
            catch (GrainException failure) when (failure.RetryAfter is not null)
            {
                // Nobody was told: part of it may have reached the disk.
            }
        }

        await ask(_node.Client);
        await ask(_twin.Client);
    }

    private Task CrashAsync()
    {
        Crashes++;
        var lost = _random.Next(2) == 0 ? 0 : (int)Math.Min(_node.UndoableWrites, _random.Next(8));
        return _node.CrashAsync(lost, whileOpening: _random.Next(3) == 0 ? 1 + _random.Next(10) : 0);
    }

    private static async Task<string> MergeAsync(GrainClient client, string from, string into)
    {
        try
        {
            return (await client.MergeContactsAsync(Workspaces.Default, from, into, CancellationToken.None)).Contact.Id;
        }
        catch (GrainException refused) when (refused is UnknownContactException or MergeRefusedException)
        {
            return refused.Message;
        }
    }
}
