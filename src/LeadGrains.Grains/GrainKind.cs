namespace LeadGrains.Grains;

/// <summary>The kinds of grain. The numbers are stored and never change.</summary>
public enum GrainKind : byte
{
    /// <summary>No grain: an entry about the partition itself.</summary>
    None = 0,

    /// <summary>A person.</summary>
    Contact = 1,

    /// <summary>A company.</summary>
    Account = 2,
}
