namespace LeadGrains.Gateway.Collect;

/// <summary>
/// What SDKs sent in vain: they do not read the answer, so that whoever runs the server has to see it. The newest of each
/// workspace, in memory only. Safe for many threads.
/// </summary>
internal sealed class RefusedMessages
{
    /// <summary>Of one workspace; an older one gives way.</summary>
    public const int Kept = 1_000;

    private readonly Dictionary<string, Workspace> _workspaces = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    public void Add(string workspace, IEnumerable<Refusal> refusals)
    {
        lock (_gate)
        {
            if (!_workspaces.TryGetValue(workspace, out var list))
                _workspaces.Add(workspace, list = new Workspace());
            foreach (var refusal in refusals)
                list.Add(refusal);
        }
    }

    /// <summary>The newest first, and how many there have been since the start.</summary>
    public (IReadOnlyList<Refusal> Newest, long Total) Read(string workspace, int atMost)
    {
        lock (_gate)
            return _workspaces.TryGetValue(workspace, out var list) ? list.Read(atMost) : ([], 0);
    }

    private sealed class Workspace
    {
        private readonly Queue<Refusal> _kept = new();
        private long _total;

        public void Add(Refusal refusal)
        {
            _total++;
            if (_kept.Count == Kept)
                _kept.Dequeue();
            _kept.Enqueue(refusal);
        }

        public (IReadOnlyList<Refusal> Newest, long Total) Read(int atMost) => ([.. _kept.Reverse().Take(atMost)], _total);
    }
}
