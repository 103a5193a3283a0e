using LeadGrains.Grains.Partitions;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Requests;

/// <summary>The scores of contacts of one lane, from their columns: no contact needs to be in memory for it.</summary>
internal sealed class ScoreContacts(IReadOnlyList<GrainKey> keys, Instant at) : PartitionRequest
{
    private readonly TaskCompletionSource<List<AccountContactView>> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<List<AccountContactView>> Done => _done.Task;

    internal override int Weight => 1;

    internal override bool IsFor(PartitionMap map) => keys.All(map.Takes);

    internal override void Apply(PartitionLoop loop)
    {
        loop.Settle();
        var views = new List<AccountContactView>(keys.Count);
        foreach (var key in keys)
        {
            var (partition, slot) = loop.Map.Find(key);
            if (slot < 0)
                continue;
            var score = partition.Contacts.FormulaAt(at).ScoreOf(slot);
            views.Add(new AccountContactView(
                key.Id,
                ScoreViews.Of(score, at, loop.Node.ModelVersion),
                partition.Links.WeightOf(slot) * score.IntentPoints,
                partition.Contacts.Columns.LastSignalAt(slot)));
        }

        _done.TrySetResult(views);
    }

    internal override void Fail(Exception failure) => _done.TrySetException(failure);
}
