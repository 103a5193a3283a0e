namespace LeadGrains.Grains;

/// <summary>Which model an explanation is under.</summary>
public enum ExplainedModel
{
    /// <summary>The one that is active now.</summary>
    Active,

    /// <summary>The one that was active in the grain's partition at the explained instant.</summary>
    OfTheTime,
}
