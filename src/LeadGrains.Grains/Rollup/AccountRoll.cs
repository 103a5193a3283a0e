namespace LeadGrains.Grains.Rollup;

/// <summary>What the roll-up keeps of an account beside its ranking columns.</summary>
internal struct AccountRoll
{
    /// <summary>Its contributions.</summary>
    public ContributionList Contributions;

    /// <summary>How many contributions it has.</summary>
    public int Count;

    /// <summary>Changes since its sums were last recomputed; far below zero while it waits to be recomputed.</summary>
    public int Changes;

    /// <summary>It waits to be recomputed.</summary>
    public readonly bool IsDue => Changes < 0;

    /// <summary>It waits from now on, until its changes are counted from 0 again.</summary>
    public void MakeDue() => Changes = int.MinValue;
}
