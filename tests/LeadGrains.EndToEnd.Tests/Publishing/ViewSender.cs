using System.Collections.Concurrent;
using Grpc.Core;
using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.Publishing;

/// <summary>Sends page views of a few contacts, and knows how many of each were sent and acknowledged.</summary>
internal sealed class ViewSender(string name)
{
    private const int Contacts = 12;

    private readonly ConcurrentDictionary<string, ulong> _sent = new();
    private readonly ConcurrentDictionary<string, ulong> _acknowledged = new();
    private int _number;

    public static IEnumerable<string> Everyone => Enumerable.Range(0, Contacts).Select(number => $"c{number}");

    public ulong SentOf(string contact) => _sent.GetValueOrDefault(contact);

    public ulong AcknowledgedOf(string contact) => _acknowledged.GetValueOrDefault(contact);

    public async Task SendAsync(ServerProcess server, int signals, CancellationToken cancellationToken)
    {
        var request = new RecordSignalsRequest();
        for (var i = 0; i < signals; i++)
        {
            var number = _number++;
            request.Signals.Add(PublishedModel.Signal($"{name}-{number}", "page_viewed", $"c{number % Contacts}"));
        }

        Count(_sent, request);
        var answer = await server.Ingest.RecordSignalsAsync(request, cancellationToken: cancellationToken);
        Assert.Equal((uint)signals, answer.Recorded);
        Count(_acknowledged, request);
    }

    /// <summary>Sends until it is told to stop.</summary>
    public async Task SendUntilAsync(ServerProcess server, CancellationToken stop, CancellationToken cancellationToken)
    {
        while (!stop.IsCancellationRequested)
        {
            await SendAsync(server, 20, cancellationToken);
        }
    }

    /// <summary>Sends until the server is gone.</summary>
    public async Task SendUntilKilledAsync(ServerProcess server, CancellationToken cancellationToken)
    {
        try
        {
            await SendUntilAsync(server, CancellationToken.None, cancellationToken);
        }
        catch (RpcException)
        {
            // What it did not answer may be there or not.
        }
    }

    private static void Count(ConcurrentDictionary<string, ulong> counts, RecordSignalsRequest request)
    {
        foreach (var signal in request.Signals)
        {
            counts.AddOrUpdate(signal.ContactId, 1, (_, count) => count + 1);
        }
    }
}
