using LeadGrains.Host.Clients;
using LeadGrains.Host.Terminals;
using LeadGrains.V1;

namespace LeadGrains.Host.Demonstration;

/// <summary>Sends the made-up people and what they did to a server, as any client would.</summary>
internal sealed class DemoFeed(ServerConnection connection, DemoPeople people, DemoStream stream)
{
    private const int BatchSize = 200;
    private const int BatchesUnderWay = 4;
    private const int UpsertSize = 500;

    /// <summary>Returns once everything is in the ranking.</summary>
    public async Task<DemoOutcome> RunAsync(Progress progress, CancellationToken cancellationToken)
    {
        foreach (var accounts in people.Accounts.Chunk(UpsertSize))
        {
            await connection.Accounts.UpsertAccountsAsync(new UpsertAccountsRequest { Accounts = { accounts } }, connection.Call(cancellationToken));
        }

        foreach (var contacts in people.People.Chunk(UpsertSize))
        {
            var request = new UpsertContactsRequest { Contacts = { contacts.Select(person => person.Traits) } };
            await connection.Contacts.UpsertContactsAsync(request, connection.Call(cancellationToken));
        }

        var outcome = new DemoOutcome();
        using var pipeline = new BatchPipeline<StreamSignalsRequest, int>(
            connection.Ingest.StreamSignals(cancellationToken: cancellationToken), BatchesUnderWay, (_, answer) =>
            {
                outcome.Add(answer);
                progress.Report($"{ScoreText.Of(outcome.Answered)} of {ScoreText.Of((long)stream.Signals.Count)} signals", (double)outcome.Answered / stream.Signals.Count);
            });
        ulong batch = 0;
        foreach (var signals in stream.Signals.Chunk(BatchSize))
        {
            var request = new StreamSignalsRequest { Batch = ++batch, Signals = { signals }, AckLevel = AckLevel.Ranked };
            await pipeline.SendAsync(batch, request, signals.Length, cancellationToken);
        }

        await pipeline.CompleteAsync();
        return outcome;
    }
}

/// <summary>What the server made of the stream.</summary>
internal sealed class DemoOutcome
{
    public long Recorded { get; private set; }

    public long Duplicates { get; private set; }

    public long Rejected { get; private set; }

    public long Answered => Recorded + Duplicates + Rejected;

    public void Add(StreamSignalsResponse answer)
    {
        Recorded += answer.Recorded;
        Duplicates += answer.Duplicates;
        Rejected += answer.Rejections.Count;
    }
}
