namespace LeadGrains.Scoring;

/// <summary>Signals whose points fade and are bounded together.</summary>
/// <param name="Index">Its place in the model's <see cref="ScoringModel.Groups"/>.</param>
/// <param name="Name">Unique within the model.</param>
/// <param name="HalfLife">How fast its points fade.</param>
/// <param name="Cap">The most that its points can be; unset: unbounded.</param>
/// <param name="Floor">The least that its points can be, at most 0; unset: unbounded.</param>
/// <param name="Column">Its place in the model's <see cref="ScoringModel.Columns"/>.</param>
public sealed record ScoringGroup(int Index, string Name, HalfLife HalfLife, double? Cap, double? Floor, int Column)
{
    private readonly double _lowest = Floor ?? double.NegativeInfinity;
    private readonly double _highest = Cap ?? double.PositiveInfinity;

    /// <summary>The points, held between floor and cap.</summary>
    internal double Bounded(double points) =>
        points > _highest ? _highest : points < _lowest ? _lowest : points;
}
