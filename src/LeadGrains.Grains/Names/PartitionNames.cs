namespace LeadGrains.Grains.Names;

/// <summary>What a partition keeps of companies' names. All of it is derived, and none is stored.</summary>
internal sealed class PartitionNames
{
    /// <summary>Names that lead to this partition: who has them, and who asks.</summary>
    public NameTable Table { get; } = new();

    /// <summary>Contacts of this partition whose account is sought by their company's name.</summary>
    public SoughtNames Sought { get; } = new();

    /// <summary>The normalised names that accounts of this partition have stated, by slot.</summary>
    public Dictionary<int, IReadOnlyList<string>> Stated { get; } = [];
}
