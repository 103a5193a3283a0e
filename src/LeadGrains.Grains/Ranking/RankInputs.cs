namespace LeadGrains.Grains.Ranking;

/// <summary>Where the kernels find a chunk's figures, and what they multiply them by.</summary>
internal unsafe struct RankInputs
{
    /// <summary>How many decay columns there are.</summary>
    public int Columns;

    /// <summary>Sums, column by column.</summary>
    public double** Sums;

    /// <summary>What turns them into points, column by column.</summary>
    public double* Factors;

    /// <summary>Engaged contacts; null for contacts, whose points have no breadth.</summary>
    public double* Engaged;

    /// <summary>What turns engaged sums into engaged contacts at the instant.</summary>
    public double EngagedFactor;

    /// <summary>By the model.</summary>
    public double BreadthStep;

    /// <summary>By the model.</summary>
    public double BreadthMax;

    /// <summary>Accounts' own sums, column by column; null where there are none.</summary>
    public double** OwnSums;

    /// <summary>What turns them into points.</summary>
    public double* OwnFactors;

    /// <summary>Fit.</summary>
    public double* Fit;

    /// <summary>By the model.</summary>
    public double HalfPoint;

    /// <summary>By the model.</summary>
    public double FitWeight;

    /// <summary>By the model.</summary>
    public double IntentWeight;
}
