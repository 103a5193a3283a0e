using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains.Rollup;

/// <summary>
/// Answers that wait until accounts have acknowledged what a request changed. A contact's later changes do not hold
/// an answer back: it waits for the version that its own request made.
/// </summary>
internal sealed class RankedAnswers
{
    private readonly Dictionary<(Partition Partition, int Slot), List<Wait>> _waits = [];

    public bool IsWaiting => _waits.Count > 0;

    /// <summary>Answers at once where nothing is owed.</summary>
    public void Add(IEnumerable<(Partition Partition, int Slot)> contacts, PartitionRequest request, Action answer)
    {
        var pending = new Answer(request, answer);
        foreach (var place in contacts)
        {
            if (!place.Partition.Owes(place.Slot, out var version))
                continue;
            pending.Open++;
            if (!_waits.TryGetValue(place, out var waits))
                _waits.Add(place, waits = []);
            waits.Add(new Wait(version, pending));
        }

        pending.Release(0);
    }

    /// <summary>The contact's account, and those it has left, have all up to the version.</summary>
    public void Acknowledged(Partition partition, int slot, long version)
    {
        if (_waits.Count == 0 || !_waits.TryGetValue((partition, slot), out var waits))
            return;
        waits.RemoveAll(wait => wait.Version <= version && wait.Answer.Release(1));
        if (waits.Count == 0)
            _waits.Remove((partition, slot));
    }

    public void FailAll(Exception reason)
    {
        foreach (var wait in _waits.Values.SelectMany(waits => waits))
            wait.Answer.Request.Fail(reason);
        _waits.Clear();
    }

    /// <summary>The partition is driven here no more: nobody will hear what became of its contributions.</summary>
    public void FailAll(Partition partition, Exception reason)
    {
        foreach (var place in _waits.Keys.Where(place => place.Partition == partition).ToList())
        {
            foreach (var wait in _waits[place])
                wait.Answer.Request.Fail(reason);
            _waits.Remove(place);
        }
    }

    private readonly record struct Wait(long Version, Answer Answer);

    private sealed class Answer(PartitionRequest request, Action complete)
    {
        public PartitionRequest Request { get; } = request;
        public int Open { get; set; }

        public bool Release(int acknowledged)
        {
            Open -= acknowledged;
            if (Open == 0)
                complete();
            return true;
        }
    }
}
