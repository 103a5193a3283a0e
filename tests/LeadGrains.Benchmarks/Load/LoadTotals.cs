namespace LeadGrains.Benchmarks.Load;

/// <summary>What a turn's answers add up to. Each caller has its own.</summary>
internal sealed class LoadTotals
{
    public long Recorded { get; private set; }

    public void Add(int sent, uint recorded, uint duplicates, int rejected)
    {
        Recorded += recorded;
        if (recorded != sent)
            throw new InvalidOperationException($"Of {sent} signals {recorded} were recorded, {duplicates} were duplicates, {rejected} were rejected.");
    }
}
