namespace LeadGrains.Grains.Rollup;

/// <summary>What the roll-up keeps of an account beside its ranking columns.</summary>
internal struct AccountRoll
{
    /// <summary>Its contributions.</summary>
    public ContributionList Contributions;

    /// <summary>How many contributions it has.</summary>
    public int Count;

    /// <summary>Changes since its sums were last recomputed.</summary>
    public int Changes;

    /// <summary>It waits to be recomputed.</summary>
    public bool IsDue;
}
