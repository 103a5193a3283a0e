namespace LeadGrains.Scoring;

/// <summary>The bounds of a model's document. Beyond each there is a problem with its place.</summary>
internal static class ModelLimits
{
    public const int DocumentCharacters = 1 << 20;
    public const int Depth = 16;
    public const int Problems = 100;

    public const int Groups = 255;
    public const int Rules = 4096;
    public const int WindowedRules = 64;
    public const int FitRules = 255;
    public const int Roles = 255;
    public const int Disqualifiers = 255;
    public const int Stages = 255;
    public const int Channels = 64;
    public const int Filters = 64;
    public const int FreeMailDomains = 10_000;
    public const int UserAgents = 1000;
    public const int BurstSignals = 64;
    public const int Conditions = 32;
    public const int Values = 1000;

    public const int Name = 64;
    public const int Label = 256;
    public const int SignalType = 64;
    public const int Value = 1024;

    public const double Points = 1e6;
    public const double HalfPoint = 1e9;
    public const double RoleWeight = 100;
    public const double BreadthMax = 100;
    public const double LowestSurge = 0.01;
    public const double SurgeRatio = 1000;
    public const double LowestThreshold = 1;
    public const double HighestThreshold = 100;

    /// <summary>So far below `enter` a threshold is left, where the model does not say.</summary>
    public const double ThresholdGap = 5;

    public const double PerDay = 1e6;
    public const double LowestDiminishing = 0.01;
    public const double HighestDiminishing = 0.99;
    public const double LowestFactor = 0.1;
    public const double HighestFactor = 10;
    public const double Scale = 1e12;
    public const double Number = 1e300;

    /// <summary>A burst takes at most so long; people do the same things within longer times.</summary>
    public static readonly TimeSpan Burst = TimeSpan.FromHours(1);

    /// <summary>Ten years; what fades slower does not fade.</summary>
    public static readonly TimeSpan HalfLife = TimeSpan.FromDays(3652);
}
