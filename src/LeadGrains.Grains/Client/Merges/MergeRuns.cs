using System.Collections.Concurrent;
using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains.Merges;

/// <summary>What is under way of the merges that this node has decided, and how it ends: each is tried until it is finished.</summary>
internal sealed class MergeRuns : IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StepWithin = TimeSpan.FromSeconds(1);

    private readonly NodeContext _node;
    private readonly MergeStarts _starts;
    private readonly MergeCopy _copy;
    private readonly Action<Exception> _faulted;
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<Task, bool> _running = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _leaving = new();
    private readonly CancellationToken _left;
    private bool _isDisposed;

    public MergeRuns(NodeContext node, Lanes lanes, MergeStarts starts, Action<Exception> faulted)
    {
        _node = node;
        _starts = starts;
        _copy = new MergeCopy(node, lanes);
        _faulted = faulted;
        Stopped = _stopping.Token;
        _left = _leaving.Token;
    }

    /// <summary>Nothing new begins from then on.</summary>
    public CancellationToken Stopped { get; }

    /// <summary>Why nothing goes on here.</summary>
    public GrainException Ending => new PartitionUnavailableException(_node.Parts.PartitionsMove
        ? "Another node decides merges by now. One that has begun goes on there."
        : "The server is stopping. The merge goes on when it starts again.");

    /// <summary>Has work done that ends with this.</summary>
    public void Track(Task task)
    {
        _running.TryAdd(task, true);
        _ = task.ContinueWith(
            ended => _running.TryRemove(ended, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Finishes merges that somebody has begun; what is not known to be finished is tried again.</summary>
    /// <param name="merge">The merge.</param>
    /// <param name="held">Its locks, given back when it is finished.</param>
    public void Finish(StartedMerge merge, IDisposable held) => Run(() => Task.FromResult(merge), held);

    /// <summary>Begins a merge and finishes it.</summary>
    /// <returns>Its steps; the first try says how it ends.</returns>
    public MergeSteps Start(GrainKey from, GrainKey into, IDisposable held) => Run(() => _starts.StartAsync(from, into, Stopped), held);

    /// <summary>
    /// Ends what is under way between two steps. In a cluster a step that takes too long is left to itself: whoever goes on
    /// begins again, and what arrives late changes nothing.
    /// </summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        lock (_gate)
        {
            // Whoever was about to begin has, or will not.
        }

        var ended = Task.WhenAll(_running.Keys);
        if (_node.Parts.PartitionsMove)
        {
            using var inTime = new CancellationTokenSource();
            await Task.WhenAny(ended, Task.Delay(StepWithin, _node.Clock, inTime.Token)).ConfigureAwait(false);
            await inTime.CancelAsync().ConfigureAwait(false);
            await _leaving.CancelAsync().ConfigureAwait(false);
        }

        await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Ends what is under way without waiting for it.</summary>
    public void Abort()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _stopping.Cancel();
            _leaving.Cancel();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _stopping.Dispose();
            _leaving.Dispose();
            _copy.Dispose();
        }
    }

    private MergeSteps Run(Func<Task<StartedMerge>> start, IDisposable held)
    {
        lock (_gate)
        {
            Stopped.ThrowIfCancellationRequested();
            var steps = new MergeSteps();
            Track(Task.Run(() => RunAsync(start, held, steps), CancellationToken.None));
            return steps;
        }
    }

    private async Task RunAsync(Func<Task<StartedMerge>> start, IDisposable held, MergeSteps steps)
    {
        using (held)
        {
            try
            {
                var merge = await start().ConfigureAwait(false);
                steps.Begin();
                while (await TryAsync(merge).ConfigureAwait(false) is { } failure)
                {
                    steps.Fail(failure);
                    await Task.Delay(failure.RetryAfter ?? RetryDelay, _node.Clock, Stopped).ConfigureAwait(false);
                }

                steps.End();
            }
            catch (GrainException failure)
            {
                steps.Fail(failure);
            }
            catch (OperationCanceledException) when (Stopped.IsCancellationRequested)
            {
                steps.Fail(Ending);
            }
#pragma warning disable CA1031 // Our own fault, which trying again does not mend: the node stops loudly.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                steps.Fail(failure);
                _faulted(failure);
            }
        }
    }

    private async Task<GrainException?> TryAsync(StartedMerge merge)
    {
        try
        {
            await _copy.RunAsync(merge, Stopped, _left).ConfigureAwait(false);
            return null;
        }
        catch (GrainException failure)
        {
            return failure;
        }
        catch (InvalidOperationException) when (_node.Parts.PartitionsMove)
        {
            // Where this node is late, the one that decides now has finished it, and has gone on from there.
            if (await _starts.FindAsync(merge.From, Stopped).ConfigureAwait(false) is not null)
                throw;
            return null;
        }
    }
}

/// <summary>How far a merge is.</summary>
internal sealed class MergeSteps
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _firstTry = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>It is journalled; fails where it was not.</summary>
    public Task Begun => _begun.Task;

    /// <summary>What came of the first try to finish it.</summary>
    public Task FirstTry => _firstTry.Task;

    public void Begin() => _begun.TrySetResult();

    public void End() => _firstTry.TrySetResult();

    public void Fail(Exception failure)
    {
        _begun.TrySetException(failure);
        _firstTry.TrySetException(failure);
    }
}
