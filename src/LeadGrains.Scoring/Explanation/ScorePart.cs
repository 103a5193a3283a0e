namespace LeadGrains.Scoring;

/// <summary>One addend of a score.</summary>
/// <param name="Rule">The rule's name in the model, or <see cref="Clip"/>, <see cref="Breadth"/>,
/// <see cref="Others"/>, <see cref="Subsidiary"/>, <see cref="Machine"/> or <see cref="Duplicate"/>.</param>
/// <param name="Label">What it means, for people; for a windowed rule also when it gives points.</param>
/// <param name="Dimension">What it adds to.</param>
/// <param name="Group">The rule's group; empty for fit.</param>
/// <param name="Points">What it adds at the explained instant; negative for what a cap takes away.</param>
/// <param name="Count">
/// How many signals it counted; by `count` and `sequence`, how many awards it gave; of a part that gives nothing, how many
/// signals it is about.
/// </param>
/// <param name="LastOccurredAt">The newest scoring instant among them.</param>
/// <param name="ContactId">In an account's explanation, the contact that brought it; else empty.</param>
/// <param name="Reason">For people: why it gives nothing, or less than its rule says; empty where it gives all.</param>
public sealed record ScorePart(
    string Rule,
    string Label,
    Dimension Dimension,
    string Group,
    double Points,
    uint Count,
    Instant? LastOccurredAt,
    string ContactId,
    string Reason = "")
{
    /// <summary>The part for what a cap or floor, or the bounds of fit, took away.</summary>
    public const string Clip = "clip";

    /// <summary>The part for what an account gains by several engaged contacts.</summary>
    public const string Breadth = "breadth";

    /// <summary>The part for signals that machines sent.</summary>
    public const string Machine = "machine";

    /// <summary>The part for signals that had been recorded before.</summary>
    public const string Duplicate = "duplicate";

    /// <summary>The part that sums the smallest ones of a long explanation.</summary>
    public const string Others = "others";

    /// <summary>The part for a parent's share in what one of its subsidiaries has, or all those together that bring little.</summary>
    public const string Subsidiary = "subsidiary";
}
