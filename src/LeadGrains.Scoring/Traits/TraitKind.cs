namespace LeadGrains.Scoring;

/// <summary>What a trait's value is.</summary>
public enum TraitKind
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>A number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Truth,

    /// <summary>Several of the above.</summary>
    List,
}
