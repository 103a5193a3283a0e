using System.Collections.Concurrent;
using System.Globalization;
using Grpc.Core;
using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.Merges;

/// <summary>A server that is killed while people's ids are merged and signals go on coming to both.</summary>
public sealed class MergeKillTests
{
    private const int People = 60, SignalsPerId = 30, SharedSignals = 5, Kills = 8, MergesAtOnce = 4;

    private static readonly string[] SmallBounds = ["--loops", "2", "--active-grains", "24", "--checkpoint-entries", "100"];

    private static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("LEADGRAINS_SEED") ?? "20261122", CultureInfo.InvariantCulture);

    private readonly ConcurrentBag<Signal> _acknowledged = [];
    private readonly ConcurrentDictionary<int, bool> _merged = new();
    private int _cutOff;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Serve_WhenKilledWhileContactsAreMerged_KeepsEverySignalOnceUnderOneContact()
    {
        TestContext.Current.SendDiagnosticMessage("LEADGRAINS_SEED={0}", Seed);
        var random = new Random(Seed);
        using var data = new TempFolder();
        var server = await ServerProcess.StartAsync(data.Path, model: null, Cancelled);
        try
        {
            for (var person = 0; person < People; person++)
            {
                await RecordAsync(server, [.. Early(person)]);
            }

            for (var kill = 1; kill <= Kills; kill++)
            {
                await MergeAndKillAsync(server, kill, random);
                await server.DisposeAsync();
                server = await ServerProcess.StartAsync(data.Path, model: null, Cancelled, kill % 2 == 0 ? [] : SmallBounds);
                await CheckMergedAsync(server);
            }

            await CheckInTheEndAsync(server);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            throw new InvalidOperationException($"LEADGRAINS_SEED={Seed}, {_merged.Count} merged, {_acknowledged.Count} signals acknowledged", fault);
        }
        finally
        {
            await server.DisposeAsync();
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{_cutOff} merges were cut off, {_merged.Count} answered, {_acknowledged.Count} signals acknowledged");
        Assert.True(_cutOff > 0, "no kill came while a merge was under way");
        Assert.False(_merged.IsEmpty, "no merge came to its end before a kill");
    }

    private static string Cookie(int person) => $"cookie-{person}";

    private static string Known(int person) => $"person-{person}";

    private static IEnumerable<Signal> Early(int person)
    {
        for (var number = 0; number < SignalsPerId; number++)
        {
            yield return Of(Cookie(person), number < SharedSignals ? $"shared-{number}" : $"c{number}");
            yield return Of(Known(person), number < SharedSignals ? $"shared-{number}" : $"k{number}");
        }
    }

    private static Signal Of(string contact, string id) => new() { Id = id, ContactId = contact, Type = "page_viewed", Email = "ann@acme.com" };

    // The kill comes a moment after so many merges have been answered: the first ones of a server take their time.
    private async Task MergeAndKillAsync(ServerProcess server, int kill, Random random)
    {
        using var answered = new SemaphoreSlim(0);
        using var killed = new CancellationTokenSource();
        var working = Task.WhenAll(MergeSomeAsync(server, random.Next(), answered, killed.Token), SendLateAsync(server, kill));
        for (var wait = random.Next(People / Kills); wait > 0; wait--)
        {
            await answered.WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
        }

        await Task.Delay(random.Next(30), Cancelled);
        await killed.CancelAsync();
        server.Kill();
        await working;
    }

    // Anybody again, so that those whose merge was cut off are merged once more or found to be one already.
    private async Task MergeSomeAsync(ServerProcess server, int seed, SemaphoreSlim answered, CancellationToken killed)
    {
        int[] people = [.. Enumerable.Range(0, People)];
        new Random(seed).Shuffle(people);
        var options = new ParallelOptions { MaxDegreeOfParallelism = MergesAtOnce };
        await Parallel.ForEachAsync(people.TakeWhile(_ => !killed.IsCancellationRequested), options, async (person, _) =>
        {
            try
            {
                await MergeAsync(server, person);
                _merged[person] = true;
                answered.Release();
            }
            catch (RpcException)
            {
                Interlocked.Increment(ref _cutOff);
            }
        });
    }

    private async Task SendLateAsync(ServerProcess server, int kill)
    {
        try
        {
            for (var person = 0; person < People; person++)
            {
                await RecordAsync(server, Of(Cookie(person), $"late-c-{kill}"), Of(Known(person), $"late-k-{kill}"), Of(Cookie(person), "c7"));
            }
        }
        catch (RpcException)
        {
            // The server was killed; what it did not answer need not be there.
        }
    }

    private async Task RecordAsync(ServerProcess server, params Signal[] signals)
    {
        await server.Ingest.RecordSignalsAsync(new RecordSignalsRequest { Signals = { signals } }, cancellationToken: Cancelled);
        foreach (var signal in signals)
        {
            _acknowledged.Add(signal);
        }
    }

    private static async Task<Contact> MergeAsync(ServerProcess server, int person)
    {
        var request = new MergeContactsRequest { FromContactId = Cookie(person), IntoContactId = Known(person) };
        return (await server.Contacts.MergeContactsAsync(request, cancellationToken: Cancelled)).Contact;
    }

    // What was answered is so after the start at once.
    private async Task CheckMergedAsync(ServerProcess server)
    {
        foreach (var person in _merged.Keys)
        {
            var contact = (await server.Contacts.GetContactAsync(new GetContactRequest { ContactId = Cookie(person) }, cancellationToken: Cancelled)).Contact;
            Assert.Equal(Known(person), contact.ContactId);
            Assert.InRange(contact.SignalCount, (ulong)AcknowledgedOf(person), ulong.MaxValue);
        }
    }

    private async Task CheckInTheEndAsync(ServerProcess server)
    {
        for (var person = 0; person < People; person++)
        {
            var contact = await MergeAsync(server, person);
            Assert.Equal([Cookie(person)], contact.MergedContactIds);
            // Some that were not acknowledged are there as well, none of them twice.
            Assert.InRange(contact.SignalCount, (ulong)AcknowledgedOf(person), (ulong)((2 * SignalsPerId) - SharedSignals + (2 * Kills)));
        }

        var again = await server.Ingest.RecordSignalsAsync(
            new RecordSignalsRequest { Signals = { _acknowledged }, AckLevel = AckLevel.Ranked }, cancellationToken: Cancelled);
        Assert.Equal((0u, (uint)_acknowledged.Count), (again.Recorded, again.Duplicates));
        var account = (await server.Accounts.GetAccountAsync(new GetAccountRequest { AccountId = "acme.com" }, cancellationToken: Cancelled)).Account;
        Assert.Equal((uint)People, account.ContactCount);
        var ranked = await server.Ranking.RankContactsAsync(new RankContactsRequest { PageSize = 1_000 }, cancellationToken: Cancelled);
        Assert.Equal((ulong)People, ranked.Matching);
        Assert.DoesNotContain(ranked.Contacts, contact => contact.ContactId.StartsWith("cookie", StringComparison.Ordinal));
    }

    private int AcknowledgedOf(int person) => _acknowledged
        .Where(signal => signal.ContactId == Cookie(person) || signal.ContactId == Known(person))
        .Select(signal => signal.Id).Distinct().Count();
}
