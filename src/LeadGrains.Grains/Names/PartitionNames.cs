namespace LeadGrains.Grains.Names;

/// <summary>What a partition keeps of companies' names. All of it is derived, and none is stored.</summary>
internal sealed class PartitionNames
{
    /// <summary>Names that lead to this partition: who has them, and who asks.</summary>
    public NameTable Table { get; } = new();

    /// <summary>Contacts of this partition whose account is sought by their company's name.</summary>
    public SoughtNames Sought { get; } = new();

    /// <summary>What accounts of this partition have stated, by slot.</summary>
    public Dictionary<int, StatedNames> Stated { get; } = [];

    /// <summary>Puts down what an account states from now on.</summary>
    public void Take(int slot, in StatedNames names)
    {
        if (names.Names.Count == 0)
            Stated.Remove(slot);
        else
            Stated[slot] = names;
    }
}

/// <param name="Names">An account's normalised names.</param>
/// <param name="Claimant">Who holds the domain that the account is named as, where that is another; else empty.</param>
internal readonly record struct StatedNames(IReadOnlyList<string> Names, string Claimant)
{
    /// <summary>Who is found by the names of that account.</summary>
    public string LeadToFrom(GrainKey account) => Claimant.Length > 0 ? Claimant : account.Id;
}
