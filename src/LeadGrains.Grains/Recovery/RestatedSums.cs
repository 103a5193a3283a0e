using LeadGrains.Grains.Codecs;
using LeadGrains.Grains.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Recovery;

/// <summary>
/// Sums of rows, stated relative to the landmarks of columns. Rows were written under few landmarks, so that what restates
/// a sum is worked out anew only where it is not the one of the row before. One thread at a time.
/// </summary>
internal sealed class RestatedSums(int columns)
{
    private readonly double[] _sums = new double[columns];
    private readonly Step[] _steps = new Step[columns];

    /// <summary>Good until the next ones are asked for.</summary>
    /// <param name="stored">By column; those that are missing are 0.</param>
    /// <param name="to">The columns that they are for.</param>
    public ReadOnlySpan<double> Of(List<DecayedSum> stored, DecaySums to)
    {
        _sums.AsSpan().Clear();
        for (var c = 0; c < _sums.Length && c < stored.Count; c++)
        {
            var sum = stored[c];
            if (sum.Points != 0)
                _sums[c] = DecaySums.Restate(sum.Points, FactorOf(c, sum.At, to));
        }

        return _sums;
    }

    private double FactorOf(int column, Instant at, DecaySums to)
    {
        ref var step = ref _steps[column];
        var landmark = to.Landmarks[column];
        if (step.Factor == 0 || step.At != at || step.To != landmark)
            step = new Step(at, landmark, Landmark.Rescale(Landmark.At(at, to.HalfLives[column]), landmark));
        return step.Factor;
    }

    // A factor of 0 stands for none, or for one so small that it is worked out each time.
    private readonly record struct Step(Instant At, Landmark To, double Factor);
}
