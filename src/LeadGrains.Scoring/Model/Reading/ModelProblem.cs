namespace LeadGrains.Scoring;

/// <summary>What is wrong with a model's document, and where.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Message">For people.</param>
public sealed record ModelProblem(int Line, int Column, string Message)
{
    /// <inheritdoc />
    public override string ToString() => $"line {Line}, column {Column}: {Message}";
}
