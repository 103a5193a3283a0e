using LeadGrains.Scoring;

namespace LeadGrains.Grains.Rollup;

/// <summary>What the roll-up keeps of an account beside its ranking columns.</summary>
internal struct AccountRoll
{
    /// <summary>Its contributions.</summary>
    public ContributionList Contributions;

    /// <summary>How many contributions it has.</summary>
    public int Count;

    /// <summary>How many of them are of disqualified contacts.</summary>
    public int Disqualified;

    /// <summary>Changes since its sums were last recomputed; far below zero while it waits to be recomputed.</summary>
    public int Changes;

    /// <summary>When a contribution last came, changed or left.</summary>
    public Instant ChangedAt;

    /// <summary>Some contact adds to it, be it nothing yet.</summary>
    public readonly bool HasAny => Count > Disqualified;

    /// <summary>It waits to be recomputed.</summary>
    public readonly bool IsDue => Changes < 0;

    /// <summary>It waits from now on, until its changes are counted from 0 again.</summary>
    public void MakeDue() => Changes = int.MinValue;
}
