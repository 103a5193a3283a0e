using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains.Requests;

/// <summary>Asks about grains of one lane; one answer for each key, in their order.</summary>
internal abstract class KeyedRequest<TAnswer>(IReadOnlyList<GrainKey> keys) : PartitionRequest
{
    private readonly TaskCompletionSource<TAnswer[]> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whom it is about.</summary>
    public IReadOnlyList<GrainKey> Keys => keys;

    /// <summary>The answers.</summary>
    public Task<TAnswer[]> Done => _done.Task;

    internal override int Weight => keys.Count;

    internal override bool IsFor(PartitionMap map) => keys.All(map.Takes);

    /// <summary>The answers, or the end of the wait: what another node does cannot be relied on to end.</summary>
    public Task<TAnswer[]> DoneAsync(CancellationToken cancellationToken) => IsAway ? _done.Task.WaitAsync(cancellationToken) : _done.Task;

    internal override void Fail(Exception failure) => _done.TrySetException(failure);

    protected void Answer(TAnswer[] answers) => _done.TrySetResult(answers);

    /// <summary>Takes what another node answered.</summary>
    protected void AnswerAll(IEnumerable<TAnswer> answers)
    {
        TAnswer[] all = [.. answers];
        if (all.Length != keys.Count)
            throw new InvalidDataException("Another node answered for grains that it was not asked about.");
        Answer(all);
    }
}
