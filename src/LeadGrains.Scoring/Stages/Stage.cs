namespace LeadGrains.Scoring;

/// <summary>A step of the lifecycle, and what it asks for.</summary>
/// <param name="Name">Unique within its ladder.</param>
/// <param name="Enter">The total at or above which it is entered.</param>
/// <param name="Leave">The total below which it is left; at most <paramref name="Enter"/>.</param>
/// <param name="MinFit">The fit that it asks for, at or above.</param>
/// <param name="CoolDown">After a fall below it, so long it may not be entered again; zero for at once.</param>
public sealed record Stage(string Name, double Enter, double Leave, double MinFit, TimeSpan CoolDown = default);
