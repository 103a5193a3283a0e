using LeadGrains.Grains.Parents;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Residents;
using LeadGrains.Grains.Tests.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Parents;

/// <summary>A parent's columns, and what subsidiaries bring it.</summary>
internal static class SomeSubsidiaries
{
    /// <summary>Columns of one account, in slot 0.</summary>
    public static RankColumns Accounts(ScoringModel model)
    {
        var columns = new RankColumns(model, GrainKind.Account, 0, new ResidentTable(), RandomRows.Now);
        columns.Keys.FindOrAdd(1, 0, "group"u8, out _);
        columns.EnsureSlots();
        return columns;
    }

    public static Instant Day(int day) => RandomRows.Now + TimeSpan.FromDays(day);

    /// <summary>One with points in the first column.</summary>
    public static Subsidiary Of(RankColumns accounts, int number, double points, int day)
    {
        var sums = new double[accounts.Sums.Count];
        sums[0] = points;
        return new Subsidiary((ulong)number, $"{number}", sums, accounts.Sums.Landmarks.ToArray(), default, Day(day));
    }
}
