using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using LeadGrains.Grains;
using LeadGrains.Grains.Storage;
using LeadGrains.Registry.V1;

namespace LeadGrains.Gateway.Access;

/// <summary>
/// What operators did: who, when, what. The latest 100,000 of the last 400 days, in a ring, so that nothing grows. Several
/// processes may write.
/// </summary>
public sealed class AuditTrail(IRegistry registry, TimeProvider clock)
{
    /// <summary>Records that are kept at most.</summary>
    internal const int Kept = 100_000;

    /// <summary>How long they are kept at most.</summary>
    internal static readonly TimeSpan Age = TimeSpan.FromDays(400);

    private const string Records = "audit";
    private const string Ends = "audit-ends";
    private const string TheEnds = "ends";
    private const int MostRemovedAtOnce = 8;
    private const int ActionLetters = 64;
    private const int TargetLetters = 256;

    /// <summary>Records what a caller did; durable when done. Do it after the act, and before the answer.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="action">What, as words with dots between them, such as "webhook.create". Cut beyond 64 letters.</param>
    /// <param name="target">To what, such as a version or an id of a document: never a person's id or address. Cut beyond 256 letters.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task RecordAsync(Caller caller, string action, string target, CancellationToken cancellationToken)
    {
        var record = new AuditRecord
        {
            Number = await TakeNumberAsync(cancellationToken),
            At = Timestamp.FromDateTimeOffset(clock.GetUtcNow()),
            Workspace = caller.Workspace,
            KeyId = caller.KeyId,
            KeyName = caller.Name,
            Action = Cut(action, ActionLetters),
            Target = Cut(target, TargetLetters),
        };
        await registry.WriteAsync(Records, Slot(record.Number), record.ToByteArray(), expectedRevision: null, cancellationToken);
    }

    /// <summary>Records what a run has let go of since it was too old.</summary>
    public Task RecordAsync(RetentionReport run, CancellationToken cancellationToken) => RecordAsync(
        new Caller(Workspaces.Default, "retention", KeyScopes.None), AuditActions.RetentionRun,
        string.Create(CultureInfo.InvariantCulture, $"signals {run.RemovedSignals}, contacts {run.RemovedContacts}"), cancellationToken);

    /// <summary>The latest records of a workspace, newest first.</summary>
    /// <param name="workspace">Whose.</param>
    /// <param name="before">Only those of lower numbers.</param>
    /// <param name="atMost">From 1.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async Task<IReadOnlyList<AuditRecord>> ReadAsync(string workspace, ulong before, int atMost, CancellationToken cancellationToken)
    {
        var oldest = clock.GetUtcNow() - Age;
        var newest = new SortedDictionary<ulong, AuditRecord>();
        await foreach (var page in registry.ReadPagesAsync(Records, afterRevision: 0, cancellationToken))
        {
            foreach (var body in page.Select(one => one.Body).OfType<ReadOnlyMemory<byte>>())
            {
                var record = AuditRecord.Parser.ParseFrom(body.Span);
                if (record.Workspace != workspace || record.Number >= before || record.At.ToDateTimeOffset() < oldest)
                    continue;
                newest[record.Number] = record;
                if (newest.Count > atMost)
                    newest.Remove(newest.First().Key);
            }
        }

        return [.. newest.Values.Reverse()];
    }

    private static string Slot(ulong number) => (number % Kept).ToString("00000", CultureInfo.InvariantCulture);

    private static string Cut(string text, int letters) => text.Length <= letters ? text : text[..letters];

    // Numbers are handed out one by one; what has grown too old goes along the way.
    private async Task<ulong> TakeNumberAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var found = await registry.FindAsync(Ends, TheEnds, cancellationToken);
            var ends = found?.Body is { } body ? AuditEnds.Parser.ParseFrom(body.Span) : new AuditEnds();
            var number = ends.Next++;
            ends.First = Math.Max(ends.First, ends.Next > Kept ? ends.Next - Kept : 0);
            var gone = await OutdatedAsync(ends, cancellationToken);
            ends.First += (ulong)gone.Count;
            if (await registry.WriteAsync(Ends, TheEnds, ends.ToByteArray(), found?.Revision ?? 0, cancellationToken) is null)
                continue;
            foreach (var (slot, revision) in gone)
                await registry.WriteAsync(Records, slot, body: null, revision, cancellationToken);
            return number;
        }
    }

    private async Task<IReadOnlyList<(string Slot, long Revision)>> OutdatedAsync(AuditEnds ends, CancellationToken cancellationToken)
    {
        var oldest = clock.GetUtcNow() - Age;
        var gone = new List<(string, long)>();
        for (var number = ends.First; number < ends.Next - 1 && gone.Count < MostRemovedAtOnce; number++)
        {
            // What a crash left out has no record, and goes as well.
            var found = await registry.FindAsync(Records, Slot(number), cancellationToken);
            if (found?.Body is { } body && AuditRecord.Parser.ParseFrom(body.Span).At.ToDateTimeOffset() >= oldest)
                break;
            gone.Add((Slot(number), found?.Revision ?? 0));
        }

        return gone;
    }
}
