using LeadGrains.Scoring;

namespace LeadGrains.Grains.Ranking;

/// <summary>Which of 64 rows have an accepted grade, by the rules of <see cref="GradeScale.IndexOf"/>.</summary>
internal sealed class GradeBits(GradeScale scale, IReadOnlyList<string> accepted)
{
    private readonly bool[] _accepted = [.. GradeScale.Names.Select(name => accepted.Contains(name))];

    /// <summary>One bit for each row, set where its grade is accepted.</summary>
    public unsafe ulong Of(double* fit, double* intent)
    {
        ulong rows = 0;
        var withoutLetter = ulong.MaxValue;
        for (var letter = 0; letter <= scale.Fit.Length; letter++)
        {
            var here = Next(fit, scale.Fit.AsSpan(), letter, ref withoutLetter);
            var withoutNumber = ulong.MaxValue;
            for (var number = 0; here != 0 && number <= scale.Intent.Length; number++)
            {
                var both = here & Next(intent, scale.Intent.AsSpan(), number, ref withoutNumber);
                if (_accepted[(letter * (scale.Intent.Length + 1)) + number])
                    rows |= both;
            }
        }

        return rows;
    }

    // Rows at or above this threshold that no threshold before it took; all that are left after the last one.
    private static unsafe ulong Next(double* values, ReadOnlySpan<double> thresholds, int place, ref ulong left)
    {
        var taken = place < thresholds.Length ? left & RankKernels.AtLeast(values, thresholds[place]) : left;
        left &= ~taken;
        return taken;
    }
}
