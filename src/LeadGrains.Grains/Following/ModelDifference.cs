namespace LeadGrains.Grains;

/// <summary>What another model makes of the grains, beside the active one, at one instant.</summary>
/// <param name="Contacts">Of contacts.</param>
/// <param name="Accounts">Of accounts.</param>
public sealed record ModelDifference(KindDifference Contacts, KindDifference Accounts);

/// <summary>The same for one kind of grain.</summary>
/// <param name="Stages">By stage, how many are in it now, and how many would be.</param>
/// <param name="Moves">Those whose totals differ most, farthest first.</param>
public sealed record KindDifference(IReadOnlyDictionary<string, StageCount> Stages, IReadOnlyList<ScoreMove> Moves);

/// <summary>How many are in a stage.</summary>
/// <param name="Now">Under the active model.</param>
/// <param name="Then">Under the other one.</param>
public readonly record struct StageCount(ulong Now, ulong Then);

/// <summary>One grain under both models.</summary>
/// <param name="Id">The contact or account.</param>
/// <param name="TotalNow">Under the active model, 0 to 100.</param>
/// <param name="TotalThen">Under the other one, 0 to 100.</param>
/// <param name="StageNow">Under the active model.</param>
/// <param name="StageThen">Under the other one.</param>
public readonly record struct ScoreMove(string Id, double TotalNow, double TotalThen, string StageNow, string StageThen);
