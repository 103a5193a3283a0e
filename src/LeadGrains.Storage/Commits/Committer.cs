using System.Runtime.InteropServices;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Commits;

/// <summary>
/// Group commit. Appends wait in a queue; one thread takes all that wait, makes them durable with one flush, tells
/// them in order, and takes what has come meanwhile. A failure ends it for good: what is on disk after a failed flush
/// nobody knows, and trying again would hide that.
/// </summary>
internal sealed class Committer
{
    private const int BetweenFirst = -1;

    private readonly object _gate = new();
    private readonly Thread _thread;
    private readonly ICommitWriter _writer;
    private readonly long _maxAppendBytes;
    private readonly long _maxCommitBytes;
    private readonly JournalMeters _meters;
    private readonly JournalEnds _ends;
    private readonly Queue<Waiting> _waiting = new();
    private readonly List<JournalAppend> _taken = [];
    private readonly CommitSpans _spans = new();
    private readonly Queue<BetweenCommits> _between = new();
    private Exception? _failure;
    private bool _stopping;

    /// <summary>Starts the thread.</summary>
    /// <param name="writer">Owned by the thread from here on.</param>
    /// <param name="maxAppendBytes">Bytes that one append may make a commit of.</param>
    /// <param name="maxCommitBytes">A commit takes no further append beyond so many bytes.</param>
    /// <param name="meters">Told of each commit.</param>
    /// <param name="ends">Told of appends that are handed over, and of durable ones before they are.</param>
    public Committer(ICommitWriter writer, long maxAppendBytes, long maxCommitBytes, JournalMeters meters, JournalEnds ends)
    {
        _meters = meters;
        _writer = writer;
        _maxAppendBytes = maxAppendBytes;
        _maxCommitBytes = maxCommitBytes;
        _ends = ends;
        _thread = new Thread(Run) { IsBackground = true, Name = "journal committer" };
        _thread.Start();
    }

    /// <summary>Takes an append over: <see cref="IJournal.Append"/>.</summary>
    /// <exception cref="ArgumentException">It has no block or too many bytes, or does not follow the ones before it.</exception>
    public void Append(JournalAppend append)
    {
        var blocks = append.Blocks;
        long bytes = 0;
        for (var i = 0; i < blocks.Count; i++)
            bytes += blocks[i].Entries.Length;
        if (blocks.Count == 0 || _writer.LengthOf(blocks.Count, bytes) > _maxAppendBytes)
            throw new ArgumentException($"An append has at least one block and at most {_maxAppendBytes} bytes.", nameof(append));
        if (!TryEnqueue(append, bytes))
            append.Completed(new ObjectDisposedException(nameof(IJournal)));
    }

    /// <summary>Does something with the writer when no commit is under way. What it fails with ends the committer, too.</summary>
    public Task BetweenCommitsAsync(Action work)
    {
        var between = new BetweenCommits(work, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_gate)
        {
            if (_stopping)
                return Task.FromException(new ObjectDisposedException(nameof(IJournal)));
            _between.Enqueue(between);
            Monitor.Pulse(_gate);
        }

        return between.Done.Task;
    }

    /// <summary>Commits what waits and ends the thread.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join();
    }

    private bool TryEnqueue(JournalAppend append, long bytes)
    {
        lock (_gate)
        {
            _ends.HandOver(append.Blocks);
            if (_stopping)
                return false;
            _waiting.Enqueue(new Waiting(append, append.Blocks.Count, bytes));
            Monitor.Pulse(_gate);
            return true;
        }
    }

    private void Run()
    {
        while (Take() is not 0 and var length)
        {
            if (length == BetweenFirst)
            {
                RunBetween();
                continue;
            }

            try
            {
                if (_failure is null)
                {
                    var begun = _meters.Now();
                    _spans.Begin(_taken, length);
                    _writer.Commit(_taken, length);
                    _meters.Committed(_taken.Count, length, begun);
                    _ends.Durable(_taken);
                }
            }
            catch (Exception e)
            {
                _failure = e as StaleEpochException as Exception ?? new IOException(
                    $"The journal stopped at commit {_writer.LastCommit + 1}, since it could not be written: {e.Message} Nothing more is recorded until a restart.", e);
            }

            _spans.End(_failure);
            foreach (var append in _taken)
                append.Completed(_failure);
        }
    }

    // The length of the record that the taken appends make; 0 to end, and less where something else comes first.
    private int Take()
    {
        _taken.Clear();
        lock (_gate)
        {
            while (_waiting.Count == 0 && _between.Count == 0)
            {
                if (_stopping)
                    return 0;
                Monitor.Wait(_gate);
            }

            if (_between.Count > 0)
                return BetweenFirst;

            var blocks = 0;
            long bytes = 0;
            while (_waiting.TryPeek(out var next)
                && (_taken.Count == 0 || _writer.LengthOf(blocks + next.Blocks, bytes + next.Bytes) <= _maxCommitBytes))
            {
                _taken.Add(_waiting.Dequeue().Append);
                blocks += next.Blocks;
                bytes += next.Bytes;
            }

            return (int)_writer.LengthOf(blocks, bytes);
        }
    }

    private void RunBetween()
    {
        BetweenCommits between;
        lock (_gate)
            between = _between.Dequeue();
        try
        {
            if (_failure is null)
                between.Work();
        }
        catch (Exception e)
        {
            _failure = new IOException($"The journal stopped behind commit {_writer.LastCommit}: {e.Message} Nothing more is recorded until a restart.", e);
        }

        if (_failure is null)
            between.Done.TrySetResult();
        else
            between.Done.TrySetException(_failure);
    }

    private sealed record BetweenCommits(Action Work, TaskCompletionSource Done);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Waiting(JournalAppend Append, int Blocks, long Bytes);
}
