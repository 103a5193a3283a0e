using LeadGrains.Grains.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Ranking;

/// <summary>Rows that are written to between queries, while time goes on.</summary>
internal sealed class ChangingRows(int seed, GrainKind kind, int rows)
{
    private readonly Random _random = new(seed);

    public RandomRows Rows { get; } = new(seed, Models.Staged, kind, partitions: 1 + (seed % 4), rows, withOwn: seed % 3 != 0, other: RandomRows.OtherOf(seed));

    public Instant Now { get; private set; } = RandomRows.Now;

    /// <summary>Writes to some rows: mostly few, at times more than are followed. At times a landmark moves.</summary>
    public void GoOn()
    {
        var hours = _random.Next(10) switch { 0 => 24 * 250, 1 => 24 * _random.Next(30), < 5 => _random.Next(20), _ => 0 };
        Now += TimeSpan.FromHours(hours) + TimeSpan.FromSeconds(_random.Next(60));
        foreach (var columns in Rows.Partitions)
            columns.AdvanceTo(Now);
        for (var writes = _random.Next(8) == 0 ? 30_000 : _random.Next(200); writes > 0; writes--)
            Write(Rows.Rows[_random.Next(Rows.Rows.Count)]);
    }

    private void Write(KnownRow row)
    {
        var (columns, slot) = (row.Columns, row.Slot);
        switch (_random.Next(8))
        {
            case 0:
                columns.SetFit(slot, _random.Next(6) * 20);
                break;
            case 1:
                columns.SetFlags(slot, RankFlags.Disqualified, on: _random.Next(2) == 0);
                break;
            case 2:
                columns.SetFlags(slot, RankFlags.HasEntry, on: _random.Next(8) != 0);
                break;
            case 3:
                columns.Stage[slot] = (byte)_random.Next(3);
                break;
            case 4 when columns.IsAccount:
                columns.SetShare(slot, Sums(columns), Now, default);
                break;
            case < 7 when columns.IsAccount:
                WriteContributions(columns, slot);
                break;
            default:
                columns.SetPoints(slot, Sums(columns), GroupSet.All, Now + TimeSpan.FromSeconds(_random.Next(-3_000, 60)), default);
                break;
        }
    }

    // As the roll-up does, which writes to the columns itself.
    private void WriteContributions(RankColumns columns, int slot)
    {
        columns.Sums.Set(slot, Sums(columns), GroupSet.All);
        var engaged = columns.ModelOf(slot).EngagedColumn;
        columns.Engaged[engaged][slot] = _random.NextDouble() * 8 * columns.Engaged.Landmarks[engaged].WeightOf(Now, columns.Engaged.HalfLives[engaged]);
        columns.NoteChange(slot);
    }

    // Few rows have many points, some have fewer than none.
    private double[] Sums(RankColumns columns) =>
        [.. Enumerable.Range(0, columns.Sums.Count).Select(c =>
            ((Math.Pow(_random.NextDouble(), 4) * 100) - (_random.Next(4) * 5)) * columns.Sums.Landmarks[c].WeightOf(Now, columns.Sums.HalfLives[c]))];
}
