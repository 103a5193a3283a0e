using System.Text;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Ranking;

/// <summary>
/// The best rows seen so far, over any number of partitions of one lane, in a heap with the worst on top. It holds
/// slots, not ids: take the rows out in the turn that scanned them.
/// </summary>
internal sealed class TopRows
{
    private readonly Entry[] _heap;
    private readonly List<RankColumns> _tables = [];
    private int _count;

    /// <param name="capacity">How many rows are kept: those of a page and one more, which tells that there is a next page.</param>
    public TopRows(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _heap = new Entry[capacity];
    }

    /// <summary>Rows with a lower key cannot enter. Minus infinity until it is full.</summary>
    public double LeastKey => _count < _heap.Length ? double.NegativeInfinity : _heap[0].Key;

    /// <summary>Rows with <see cref="LeastKey"/> and fewer points cannot enter either. Minus infinity until it is full.</summary>
    public double LeastPoints => _count < _heap.Length ? double.NegativeInfinity : _heap[0].Points;

    /// <summary>Rows of these columns will be offered, under the number that it returns.</summary>
    public int Add(RankColumns columns)
    {
        _tables.Add(columns);
        return _tables.Count - 1;
    }

    /// <summary>Keeps a row of a table if it is among the best.</summary>
    public void Offer(double key, double points, int table, int slot)
    {
        var entry = new Entry(key, points, table, slot);
        if (_count < _heap.Length)
            Rise(entry, _count++);
        else if (Compare(entry, _heap[0]) < 0)
            Sink(entry, _count);
    }

    /// <summary>The rows, best first. It is empty afterwards.</summary>
    public List<RankedRow> Take(Instant at)
    {
        var formulas = _tables.ConvertAll(table => new RankFormula(table, at));
        Fetch();
        var rows = new RankedRow[_count];
        while (_count > 0)
        {
            var worst = _heap[0];
            Sink(_heap[--_count], _count);
            rows[_count] = Row(worst, formulas[worst.Table]);
        }

        _tables.Clear();
        return [.. rows];
    }

    // The rows lie anywhere in memory: one after the other, each would wait for its lines.
    private void Fetch()
    {
        foreach (ref readonly var entry in _heap.AsSpan(0, _count))
        {
            _tables[entry.Table].Fetch(entry.Slot);
            CacheLine.Fetch(ref _tables[entry.Table].Stage[entry.Slot]);
            _tables[entry.Table].Keys.FetchRecord(entry.Slot);
        }

        foreach (ref readonly var entry in _heap.AsSpan(0, _count))
        {
            _tables[entry.Table].Velocity.FetchDays(entry.Slot);
            _tables[entry.Table].Keys.FetchId(entry.Slot);
        }
    }

    private RankedRow Row(in Entry entry, RankFormula formula)
    {
        var columns = _tables[entry.Table];
        return new RankedRow(
            columns.Partition, entry.Slot, Encoding.UTF8.GetString(columns.Keys.IdOf(entry.Slot)), entry.Key,
            formula.ScoreOf(entry.Slot), columns.LastSignalAt(entry.Slot));
    }

    private int Compare(in Entry left, in Entry right)
    {
        var byFigures = RankOrder.Compare(left.Key, left.Points, right.Key, right.Points);
        return byFigures != 0 ? byFigures : IdOf(left).SequenceCompareTo(IdOf(right));
    }

    private ReadOnlySpan<byte> IdOf(in Entry entry) => _tables[entry.Table].Keys.IdOf(entry.Slot);

    private void Rise(in Entry entry, int at)
    {
        while (at > 0)
        {
            var parent = (at - 1) / 2;
            if (Compare(_heap[parent], entry) >= 0)
                break;
            _heap[at] = _heap[parent];
            at = parent;
        }

        _heap[at] = entry;
    }

    // Puts an entry in the place of the top of a heap of so many.
    private void Sink(in Entry entry, int count)
    {
        var at = 0;
        while (true)
        {
            var child = (2 * at) + 1;
            if (child >= count)
                break;
            if (child + 1 < count && Compare(_heap[child + 1], _heap[child]) > 0)
                child++;
            if (Compare(_heap[child], entry) <= 0)
                break;
            _heap[at] = _heap[child];
            at = child;
        }

        _heap[at] = entry;
    }

    private readonly record struct Entry(double Key, double Points, int Table, int Slot);
}
