using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Tests.Support;

/// <summary>An append whose completion a test can wait for.</summary>
public sealed class TestAppend(params JournalBlock[] blocks) : JournalAppend
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _completions;

    public override IReadOnlyList<JournalBlock> Blocks => blocks;

    public Task Done => _done.Task;

    public int Completions => Volatile.Read(ref _completions);

    public Action? OnCompleted { get; init; }

    public override void Completed(Exception? failure)
    {
        Interlocked.Increment(ref _completions);
        OnCompleted?.Invoke();
        if (failure is null)
            _done.TrySetResult();
        else
            _done.TrySetException(failure);
    }
}
