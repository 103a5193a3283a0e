using LeadGrains.Grains.Requests;

namespace LeadGrains.Grains.Partitions;

/// <summary>
/// What a turn has done, on its way to those who wait for it. Many are told by one piece of work of the pool: a piece for each
/// call costs as much as all that is done for a call of one signal here. Used by the loop's thread.
/// </summary>
internal sealed class TurnAnswers
{
    // As many as keep other threads of the pool busy, too, and not so many that the last one waits for long.
    private const int AtOnce = 16;

    private Telling? _next;

    public void Add(RecordSignals request, RecordOutcome outcome)
    {
        _next ??= new Telling();
        _next.Add(request, outcome);
        if (_next.IsFull)
            Flush();
    }

    /// <summary>Sends off what has been added.</summary>
    public void Flush()
    {
        if (_next is not { } telling)
            return;
        _next = null;
        ThreadPool.UnsafeQueueUserWorkItem(telling, preferLocal: false);
    }

    private sealed class Telling : IThreadPoolWorkItem
    {
        private readonly (RecordSignals Request, RecordOutcome Outcome)[] _answers = new (RecordSignals, RecordOutcome)[AtOnce];
        private int _count;

        public bool IsFull => _count == AtOnce;

        public void Add(RecordSignals request, RecordOutcome outcome) => _answers[_count++] = (request, outcome);

        public void Execute()
        {
            foreach (var (request, outcome) in _answers.AsSpan(0, _count))
                request.Tell(outcome);
        }
    }
}
