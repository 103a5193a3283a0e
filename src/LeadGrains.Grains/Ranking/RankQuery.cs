using LeadGrains.Scoring;

namespace LeadGrains.Grains.Ranking;

/// <summary>A page of a ranking that is asked for. All partitions answer for the same instant.</summary>
/// <param name="Workspace">Whose grains.</param>
/// <param name="Kind">Contacts or accounts.</param>
/// <param name="Filter">What is ranked.</param>
/// <param name="By">What to sort by.</param>
/// <param name="PageSize">Rows of the page, 1 to 1,000.</param>
/// <param name="After">The last row of the page before; null for the first page.</param>
/// <param name="At">The instant that all scores are for.</param>
internal sealed record RankQuery(
    string Workspace, GrainKind Kind, RankFilter Filter, RankBy By, int PageSize, RankCursor? After, Instant At);
