using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.Crash;

/// <summary>What was sent, and what the server has acknowledged. Shared by the senders of one test.</summary>
internal sealed class Ledger
{
    private readonly Lock _lock = new();
    private readonly List<SentSignal> _sent = [];
    private readonly List<SentSignal> _acknowledged = [];
    private readonly Dictionary<ulong, IReadOnlyList<SentSignal>> _open = [];
    private ulong _batches;

    public IReadOnlyList<SentSignal> Sent
    {
        get
        {
            lock (_lock)
            {
                return [.. _sent];
            }
        }
    }

    public IReadOnlyList<SentSignal> Acknowledged
    {
        get
        {
            lock (_lock)
            {
                return [.. _acknowledged];
            }
        }
    }

    /// <summary>Signals whose batch was sent, or about to be, and never answered.</summary>
    public IReadOnlyList<SentSignal> Unanswered
    {
        get
        {
            lock (_lock)
            {
                return [.. _open.Values.SelectMany(signals => signals)];
            }
        }
    }

    /// <summary>Notes a batch as sent, before it is.</summary>
    public StreamSignalsRequest Open(IReadOnlyList<SentSignal> signals)
    {
        lock (_lock)
        {
            _sent.AddRange(signals);
            _open.Add(++_batches, signals);
            return new StreamSignalsRequest { Batch = _batches, Signals = { signals.Select(signal => signal.ToSignal()) } };
        }
    }

    public void Acknowledge(StreamSignalsResponse answer)
    {
        lock (_lock)
        {
            Assert.True(_open.Remove(answer.Batch, out var signals), $"an answer to batch {answer.Batch}, which is not open");
            Assert.Empty(answer.Rejections);
            Assert.Equal(((uint)signals.Count, 0u), (answer.Recorded, answer.Duplicates));
            _acknowledged.AddRange(signals);
        }
    }

    /// <summary>All that was sent has been sent again and answered.</summary>
    public void AcknowledgeAll()
    {
        lock (_lock)
        {
            _acknowledged.Clear();
            _acknowledged.AddRange(_sent);
            _open.Clear();
        }
    }
}
