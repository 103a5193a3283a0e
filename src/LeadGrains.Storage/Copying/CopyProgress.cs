namespace LeadGrains.Storage.Copying;

/// <summary>What a copy is at.</summary>
public enum CopyStep
{
    /// <summary>Entries are copied.</summary>
    Journal = 0,

    /// <summary>Rows are copied.</summary>
    Grains = 1,

    /// <summary>The entries of both are read and compared.</summary>
    CheckingJournal = 2,

    /// <summary>The rows of both are read and compared.</summary>
    CheckingGrains = 3,
}

/// <summary>How far a copy is.</summary>
/// <param name="Step">What it is at.</param>
/// <param name="Done">Entries or rows of this step so far.</param>
/// <param name="Fraction">Of this step, 0 to 1.</param>
public readonly record struct CopyProgress(CopyStep Step, long Done, double Fraction);

/// <summary>What a copy has found at its end.</summary>
/// <param name="Partitions">As many as the source has.</param>
/// <param name="Entries">In the journal of the target.</param>
/// <param name="Grains">Rows that were compared, those without a grain of their own among them.</param>
/// <param name="Models">Of the target.</param>
/// <param name="Differences">The first things that are not equal, in words; none where the copy is whole.</param>
public sealed record CopyReport(int Partitions, long Entries, long Grains, int Models, IReadOnlyList<string> Differences);
