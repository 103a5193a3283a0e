using LeadGrains.Grains.Residents;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Ranking;

/// <summary>
/// One column of doubles for each of a list of half-lives, each stated relative to its landmark (forward decay), so
/// that a query multiplies a whole column by one factor. One thread at a time.
/// </summary>
internal sealed class DecaySums
{
    // What is smaller than this is no point worth keeping, and products of it with a factor could fall among the
    // subnormal numbers, which processors are slow at.
    private const double Negligible = 4.450147717014403e-294;

    private readonly HalfLife[] _halfLives;
    private readonly Landmark[] _landmarks;
    private readonly Column<double>[] _columns;

    /// <param name="halfLives">One for each column.</param>
    /// <param name="now">The clock now, which picks the landmarks.</param>
    /// <param name="firstLane">Of the first column; those that follow have the next ones.</param>
    public DecaySums(IEnumerable<HalfLife> halfLives, Instant now, int firstLane)
    {
        _halfLives = [.. halfLives];
        _landmarks = [.. _halfLives.Select(halfLife => Landmark.At(now, halfLife))];
        _columns = [.. _halfLives.Select((_, i) => new Column<double>(lane: firstLane + i))];
    }

    /// <summary>The landmark of each column.</summary>
    public ReadOnlySpan<Landmark> Landmarks => _landmarks;

    /// <summary>The half-life of each column.</summary>
    public ReadOnlySpan<HalfLife> HalfLives => _halfLives;

    /// <summary>How many columns there are.</summary>
    public int Count => _columns.Length;

    /// <summary>The bytes that it takes.</summary>
    public long MemoryBytes => _columns.Sum(column => column.MemoryBytes);

    /// <summary>A column by its number.</summary>
    public Column<double> this[int column] => _columns[column];

    /// <summary>Makes room for slots 0 to <paramref name="slots"/> - 1.</summary>
    public void EnsureCapacity(int slots)
    {
        foreach (var column in _columns)
            column.EnsureCapacity(slots);
    }

    /// <summary>A slot's sums.</summary>
    public double[] Of(int slot) => Array.ConvertAll(_columns, column => column[slot]);

    /// <summary>Replaces a slot's sums in some columns; they are relative to <see cref="Landmarks"/>.</summary>
    public void Set(int slot, ReadOnlySpan<double> sums, GroupSet columns)
    {
        for (var i = 0; i < _columns.Length; i++)
        {
            if (columns.Holds(i))
                _columns[i][slot] = sums[i];
        }
    }

    /// <summary>What turns each column into its worth at an instant.</summary>
    public double[] FactorsAt(Instant at)
    {
        var factors = new double[_columns.Length];
        for (var i = 0; i < factors.Length; i++)
            factors[i] = _landmarks[i].FactorAt(at, _halfLives[i]);
        return factors;
    }

    /// <summary>
    /// Moves landmarks that lie behind the newest one before <paramref name="now"/>, never back, and states the sums
    /// anew, which loses nothing: the factor is a power of two. Returns whether any moved.
    /// </summary>
    public bool AdvanceTo(Instant now)
    {
        var moved = false;
        for (var i = 0; i < _columns.Length; i++)
        {
            var target = Landmark.At(now, _halfLives[i]);
            if (target.Index <= _landmarks[i].Index)
                continue;
            Scale(_columns[i], Landmark.Rescale(_landmarks[i], target));
            _landmarks[i] = target;
            moved = true;
        }

        return moved;
    }

    /// <summary>Some landmark lies after that instant.</summary>
    public bool HasMovedSince(Instant at)
    {
        for (var i = 0; i < _landmarks.Length; i++)
        {
            if (_landmarks[i].StartOf(_halfLives[i]) > at)
                return true;
        }

        return false;
    }

    /// <summary>A sum times a power of two that restates it; 0 where nothing worth keeping is left.</summary>
    public static double Restate(double sum, double factor)
    {
        var restated = sum * factor;
        return Math.Abs(restated) < Negligible ? 0 : restated;
    }

    private static void Scale(Column<double> column, double factor)
    {
        for (var slot = 0; slot < column.Capacity; slot++)
            column[slot] = Restate(column[slot], factor);
    }
}
