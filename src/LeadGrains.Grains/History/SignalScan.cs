using System.Runtime.CompilerServices;
using System.Text;
using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Watching;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.History;

/// <summary>Reads all signals from the journal, a bounded piece at a time, as they were received.</summary>
internal sealed class SignalScan(IJournal journal)
{
    private const int SignalsPerPiece = 500;
    private const int BytesPerPiece = 1024 * 1024;
    private const int BlocksPerPiece = 4_096;

    /// <param name="workspace">Whose.</param>
    /// <param name="contact">Only those that were sent to it; empty for all.</param>
    /// <param name="token">Where to go on; empty for the beginning.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ResumeTokenException">The token is not one of this store's.</exception>
    public async IAsyncEnumerable<ScannedSignals> RunAsync(
        string workspace, string contact, string token, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long[] target = [.. await journal.ReadEndsAsync(cancellationToken).ConfigureAwait(false)];
        var positions = token.Length > 0 ? WatchPositions.Read(token, target) : new WatchPositions(new long[target.Length]);
        var wanted = new Wanted(Encoding.UTF8.GetBytes(workspace), Encoding.UTF8.GetBytes(contact));
        while (positions.IsBehind(target))
        {
            var (signals, through) = await Task.Run(() => Read(positions, target, wanted, cancellationToken), cancellationToken).ConfigureAwait(false);
            positions.Advance(through);
            yield return new ScannedSignals(signals, positions.Write(), positions.ShareOf(target));
        }
    }

    private (List<ScannedSignal> Signals, long[] Through) Read(WatchPositions positions, long[] target, Wanted wanted, CancellationToken cancellationToken)
    {
        var signals = new List<ScannedSignal>();
        var through = new long[target.Length];
        var left = positions.Behind(target);
        var (open, blocks, bytes) = (left.Count, 0, 0);
        foreach (var block in journal.Read(left, cancellationToken))
        {
            var end = target[block.Partition];
            if (through[block.Partition] < end)
            {
                bytes += Gather(block, positions[block.Partition], end, wanted, signals);
                through[block.Partition] = Math.Min(block.LastSequence, end);
                open -= block.LastSequence >= end ? 1 : 0;
            }

            if (open == 0 || signals.Count >= SignalsPerPiece || bytes >= BytesPerPiece || ++blocks >= BlocksPerPiece)
                return (signals, through);
        }

        // The journal has gaps: nothing else lies before the target.
        return (signals, target);
    }

    private static int Gather(in JournalBlock block, long after, long end, in Wanted wanted, List<ScannedSignal> signals)
    {
        var bytes = 0;
        var entries = new EntryReader(block.Entries.Span);
        while (entries.TryRead(out var entry))
        {
            if (entry.BodyCase != Entry.BodyOneofCase.Signal || entry.Sequence <= after || entry.Sequence > end || !wanted.Is(entry))
                continue;
            signals.Add(new ScannedSignal(new ChangeName(block.Partition, entry.Sequence).Text, entry.ReceivedAt, entry.Signal.ToArray()));
            bytes += entry.Signal.Length;
        }

        return bytes;
    }

    private readonly record struct Wanted(byte[] Workspace, byte[] Contact)
    {
        public bool Is(in EntryView entry) => entry.Workspace.SequenceEqual(Workspace)
            && (Contact.Length == 0 || (Signals.SignalView.Of(entry) is { Kind: GrainKind.Contact } signal && signal.Key.SequenceEqual(Contact)));
    }
}

/// <summary>A piece of all signals.</summary>
/// <param name="Signals">In the order of the journal.</param>
/// <param name="ResumeToken">Goes on after them.</param>
/// <param name="Progress">How much of the journal has been read, 0 to 1.</param>
public sealed record ScannedSignals(IReadOnlyList<ScannedSignal> Signals, string ResumeToken, double Progress);

/// <summary>A signal as it was received.</summary>
/// <param name="EntryId">PARTITION-SEQUENCE.</param>
/// <param name="ReceivedAt">When.</param>
/// <param name="Signal">A leadgrains.v1.Signal.</param>
public sealed record ScannedSignal(string EntryId, Instant ReceivedAt, byte[] Signal);
