using System.Buffers;
using LeadGrains.Grains.Wire;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Signals;

/// <summary>
/// The signals of one message: one copy of its bytes, and a slice for each signal. Buffers come from a pool and go back
/// on <see cref="Dispose"/>. First <see cref="Read"/>, then <see cref="Validate"/> with the receiving time; then it does
/// not change any more.
/// </summary>
public sealed class SignalBatch : IDisposable
{
    private readonly int _length;
    private readonly bool _isForwarded;
    private byte[]? _buffer;
    private SignalSlice[] _slices;
    private List<Rejection>? _rejections;
    private int _count;
    private bool _validated;

    private SignalBatch(in ReadOnlySequence<byte> message, bool isForwarded)
    {
        _isForwarded = isForwarded;
        _length = (int)message.Length;
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(1, _length));
        message.CopyTo(_buffer);
        const int UsualSignalBytes = 64;
        _slices = ArrayPool<SignalSlice>.Shared.Rent(Math.Min(1 + (_length / UsualSignalBytes), Limits.SignalsPerBatch));
    }

    private SignalBatch(SignalBatch from, byte[] buffer, int length, SignalSlice[] slices, int count)
    {
        (_buffer, _length, _slices, _count) = (buffer, length, slices, count);
        (Total, AckLevel, ReceivedAt, Workspace) = (count, from.AckLevel, from.ReceivedAt, from.Workspace);
        _validated = true;
    }

    /// <summary>Signals in the message, rejected ones included.</summary>
    public int Total { get; private set; }

    /// <summary>How long the message is.</summary>
    public int ByteCount => _length;

    /// <summary>The caller's number for this batch; 0 in a RecordSignals request.</summary>
    public ulong BatchNumber { get; private set; }

    /// <summary>What the caller waits for.</summary>
    public AckLevel AckLevel { get; private set; }

    /// <summary>When the batch was received: the stamp of all its signals.</summary>
    public Instant ReceivedAt { get; private set; }

    /// <summary>Whose grains the signals are about.</summary>
    public string Workspace { get; private set; } = Workspaces.Default;

    /// <summary>The signals that are in order, as they came.</summary>
    public ReadOnlySpan<SignalSlice> Slices
    {
        get
        {
            ObjectDisposedException.ThrowIf(_buffer is null, this);
            return _validated ? _slices.AsSpan(0, _count) : throw new InvalidOperationException("Validate the batch first.");
        }
    }

    /// <summary>The others, by index.</summary>
    public IReadOnlyList<Rejection> Rejections => _rejections ?? (IReadOnlyList<Rejection>)[];

    /// <summary>Copies and reads a message.</summary>
    /// <param name="message">A message of the API.</param>
    /// <param name="shape">Which one it is.</param>
    /// <exception cref="SignalBatchException">
    /// The bytes are no such message, it has too many signals, or an acknowledgement level that does not exist.
    /// </exception>
    public static SignalBatch Read(in ReadOnlySequence<byte> message, SignalMessage shape)
    {
        if (message.Length > Array.MaxLength)
            throw new SignalBatchException("", $"the message has {message.Length} bytes, which is beyond what fits in memory");
        var batch = new SignalBatch(message, shape == SignalMessage.Forwarded);
        try
        {
            batch.Fill(new SignalMessageReader(batch._buffer.AsSpan(0, batch._length), shape));
            return batch;
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Stamps the batch, rejects signals from the future, and finds out where each of the others belongs. Once.
    /// </summary>
    /// <param name="receivedAt">By the server's clock.</param>
    /// <param name="workspace">Whose grains the signals are about.</param>
    /// <param name="partitionCount">Of the store.</param>
    public void Validate(Instant receivedAt, string workspace, int partitionCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(partitionCount, 1);
        ObjectDisposedException.ThrowIf(_buffer is null, this);
        if (_validated)
            throw new InvalidOperationException("The batch has been validated.");
        _validated = true;
        ReceivedAt = receivedAt;
        Workspace = workspace;
        var contactSeed = Grains.KeyHash.Seed(workspace, GrainKind.Contact);
        var accountSeed = Grains.KeyHash.Seed(workspace, GrainKind.Account);
        var latest = receivedAt + Limits.FutureTolerance;
        ReadOnlySpan<byte> bytes = _buffer.AsSpan(0, _length);
        var kept = 0;
        for (var at = 0; at < _count; at++)
        {
            ref var slice = ref _slices[at];
            if (slice.ScoringInstant > latest)
            {
                Reject(SignalFault.InTheFuture(slice.Index, slice.ScoringInstant, receivedAt));
                continue;
            }

            slice.KeyHash = KeyHash.Of(slice.Kind == GrainKind.Contact ? contactSeed : accountSeed, slice.Key.In(bytes));
            slice.Partition = KeyHash.PartitionOf(slice.KeyHash, partitionCount);
            slice.ScoringInstant = SignalTime.ScoringInstant(slice.ScoringInstant, receivedAt);
            if (kept < at)
                _slices[kept] = slice;
            kept++;
        }

        _count = kept;
        _rejections?.Sort(static (left, right) => left.Index.CompareTo(right.Index));
    }

    /// <summary>
    /// Signals of a validated batch that go elsewhere than they were sent: received when it was, and as much waited
    /// for. Takes over the buffers, which come from the pool.
    /// </summary>
    internal static SignalBatch Onward(SignalBatch from, byte[] buffer, int length, SignalSlice[] slices, int count) =>
        new(from, buffer, length, slices, count);

    /// <summary>A part of the message's bytes, good until the batch is disposed.</summary>
    public ReadOnlySpan<byte> Bytes(int offset, int length)
    {
        ObjectDisposedException.ThrowIf(_buffer is null, this);
        return _buffer.AsSpan(0, _length).Slice(offset, length);
    }

    /// <inheritdoc cref="Bytes(int, int)"/>
    public ReadOnlySpan<byte> Bytes(ByteRange range) => Bytes(range.Offset, range.Length);

    /// <summary>Gives the buffers back. Again does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is not { } buffer)
            return;
        ArrayPool<byte>.Shared.Return(buffer);
        ArrayPool<SignalSlice>.Shared.Return(_slices);
        _slices = [];
        _count = 0;
    }

    private void Fill(SignalMessageReader reader)
    {
        while (reader.TryReadNext(out var signal))
        {
            var index = Total++;
            if (index < Limits.SignalsPerBatch)
                Add(index, signal);
        }

        if (Total > Limits.SignalsPerBatch)
            throw new SignalBatchException("signals", FormattableString.Invariant($"signals has {Total:N0} entries, at most {Limits.SignalsPerBatch:N0} are allowed"));
        BatchNumber = reader.BatchNumber;
        AckLevel = reader.AckLevel;
    }

    private void Add(int index, ByteRange signal)
    {
        ReadOnlySpan<byte> bytes = _buffer.AsSpan(0, signal.Offset + signal.Length);
        SignalFields fields = default;
        if (!SignalParser.TryRead(bytes, signal.Offset, ref fields))
            throw new SignalBatchException("", FormattableString.Invariant($"the bytes are no valid message: signal {index} is damaged"));
        if (!_isForwarded)
            SignalRules.Check(ref fields, signal.Length);
        if (fields.Fault.Kind != SignalFaultKind.None)
        {
            Reject(fields.Fault.ToRejection(index, bytes));
            return;
        }

        if (_count == _slices.Length)
            Grow();
        ref var slice = ref _slices[_count++];
        var ofContact = !fields[SignalField.ContactId].IsEmpty;
        slice.Signal = signal;
        slice.Key = fields[ofContact ? SignalField.ContactId : SignalField.AccountId];
        slice.Type = fields[SignalField.Type];
        slice.AccountId = fields[SignalField.AccountId];
        slice.Email = fields[SignalField.Email];
        slice.SeenHash = SeenHash.Of(fields[SignalField.Source].In(bytes), fields[SignalField.Id].In(bytes));
        slice.ScoringInstant = SignalTime.OccurredAt(fields);
        slice.Index = index;
        slice.Kind = ofContact ? GrainKind.Contact : GrainKind.Account;
    }

    private void Reject(Rejection rejection) => (_rejections ??= []).Add(rejection);

    private void Grow()
    {
        var larger = ArrayPool<SignalSlice>.Shared.Rent(_slices.Length * 2);
        _slices.AsSpan().CopyTo(larger);
        ArrayPool<SignalSlice>.Shared.Return(_slices);
        _slices = larger;
    }
}
