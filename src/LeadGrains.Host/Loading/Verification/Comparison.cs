using System.Globalization;

namespace LeadGrains.Host.Loading.Verification;

/// <summary>Collects where the server's numbers differ from the load test's own.</summary>
internal sealed class Comparison
{
    /// <summary>Relative above 1, absolute below.</summary>
    public const double Tolerance = 1e-6;

    private const int Kept = 10;
    private readonly Lock _lock = new();
    private readonly List<string> _first = [];

    public long Compared { get; private set; }

    public long Differences { get; private set; }

    /// <summary>How many answers were not compared, since their signals are more than rules keep.</summary>
    public long LeftOut { get; private set; }

    /// <summary>The greatest deviation of any number, relative above 1, absolute below.</summary>
    public double WorstDeviation { get; private set; }

    /// <summary>The first differences, for people.</summary>
    public IReadOnlyList<string> First => _first;

    public static bool IsClose(double left, double right) => Deviation(left, right) <= Tolerance;

    /// <param name="what">Whose number, for people.</param>
    /// <param name="expected">By the plain formulas.</param>
    /// <param name="actual">The server's.</param>
    /// <param name="scale">What the deviation is relative to, where that is more than either number.</param>
    public void Number(string what, double expected, double actual, double scale = 0)
    {
        var deviation = Deviation(expected, actual, scale);
        lock (_lock)
        {
            Compared++;
            WorstDeviation = Math.Max(WorstDeviation, double.IsNaN(deviation) ? double.PositiveInfinity : deviation);
            if (!(deviation <= Tolerance))
            {
                Note(string.Create(CultureInfo.InvariantCulture, $"{what} is {actual:R}, should be {expected:R}"));
            }
        }
    }

    /// <summary>Notes that an answer is not compared.</summary>
    public void LeaveOut()
    {
        lock (_lock)
        {
            LeftOut++;
        }
    }

    public void That(bool holds, string otherwise)
    {
        lock (_lock)
        {
            Compared++;
            if (!holds)
            {
                Note(otherwise);
            }
        }
    }

    private static double Deviation(double left, double right, double scale = 1) =>
        Math.Abs(left - right) / Math.Max(Math.Max(1, scale), Math.Max(Math.Abs(left), Math.Abs(right)));

    private void Note(string difference)
    {
        Differences++;
        if (_first.Count < Kept)
        {
            _first.Add(difference);
        }
    }
}
