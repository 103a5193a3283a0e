using System.Text;
using LeadGrains.Grains;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Residents;
using LeadGrains.Scoring;

namespace LeadGrains.Benchmarks.Ranking;

/// <summary>
/// Accounts of the default model in the columns of 16 partitions, as signals would have left them: most have little
/// or no intent, few have much; one in twenty has points below zero in some group.
/// </summary>
internal sealed class RankedAccounts : IAsyncDisposable
{
    private const int Partitions = 16;
    private const int Seed = 7;

    private static readonly string[] Industries = ["software", "fintech", "media", "retail", "energy", "insurance", "logistics", "education", "chemicals", "tourism"];
    private static readonly string[] Regions = ["emea", "apac", "north america", "latam"];

    private readonly Random _random = new(Seed);
    private readonly TimeProvider _clock;
    private readonly WorkspaceCodes _workspaces = new();
    private readonly RankColumns[] _columns;

    /// <param name="accounts">How many.</param>
    /// <param name="clock">The time.</param>
    /// <param name="haveOwnSignals">One in twenty had signals of its own, besides those of its contacts.</param>
    public RankedAccounts(int accounts, TimeProvider clock, bool haveOwnSignals = false)
    {
        _clock = clock;
        var now = Now;
        var workspace = _workspaces.CodeOf(Workspaces.Default);
        _columns = [.. Enumerable.Range(0, Partitions).Select(i => new RankColumns(DefaultModel.Model, GrainKind.Account, i, new ResidentTable(), now))];
        for (var i = 0; i < accounts; i++)
        {
            var columns = _columns[i % Partitions];
            var id = Encoding.UTF8.GetBytes($"company-{i}.example");
            columns.Keys.FindOrAdd(KeyHash.Of("default"u8, GrainKind.Account, id), workspace, id, out _);
        }

        foreach (var columns in _columns)
        {
            columns.EnsureSlots();
            for (var slot = 0; slot < columns.Keys.Slots; slot++)
                Fill(columns, slot, now);
            for (var slot = 0; haveOwnSignals && slot < columns.Keys.Slots; slot += 20)
                columns.SetPoints(slot, new double[columns.Sums.Count], GroupSet.All, now, default);
        }
    }

    /// <summary>The instant now.</summary>
    public Instant Now => Instant.FromDateTimeOffset(_clock.GetUtcNow());

    /// <summary>The columns, by partition.</summary>
    public IReadOnlyList<RankColumns> Columns => _columns;

    /// <summary>How many there are.</summary>
    public int Count => _columns.Sum(columns => columns.Keys.Slots);

    /// <summary>Bytes that the columns take for each account.</summary>
    public double ColumnBytes => (double)_columns.Sum(columns => columns.MemoryBytes) / Count;

    /// <summary>The query made ready for each partition.</summary>
    public List<RankPlan> Plans(RankQuery query) => [.. _columns.Select(columns => RankPlan.Of(query, columns, _workspaces)!)];

    /// <summary>Gives so many random accounts some points, as contributions of their contacts do.</summary>
    public void Write(int accounts)
    {
        var now = Now;
        for (var i = 0; i < accounts; i++)
        {
            var columns = _columns[_random.Next(Partitions)];
            var slot = _random.Next(columns.Keys.Slots);
            var column = _random.Next(columns.Sums.Count);
            columns.Sums[column][slot] += (columns.Models.Set.Columns[column].CanBeNegative ? -1 : 4) * columns.Sums.Landmarks[column].WeightOf(now, columns.Sums.HalfLives[column]);
            columns.NoteSignal(slot, now);
            columns.NoteChange(slot);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Fill(RankColumns columns, int slot, Instant now)
    {
        columns.SetFlags(slot, RankFlags.HasContribution, on: true);
        columns.SetFit(slot, (_random.Next(3) switch { 0 => 0, 1 => 20, _ => 45 }) + (_random.Next(2) * 35) + (_random.Next(3) > 0 ? 20 : 0));
        columns.SetTraits(slot, new Dictionary<string, TraitValue>
        {
            ["industry"] = TraitValue.Text(Industries[_random.Next(Industries.Length)]),
            ["region"] = TraitValue.Text(Regions[_random.Next(Regions.Length)]),
            ["employees"] = TraitValue.Number(10 * Math.Pow(4, _random.Next(7))),
            ["territory"] = TraitValue.Text($"territory {_random.Next(40)}"),
        });
        if (_random.Next(3) == 0)
            return;
        var points = Math.Exp(1 + (1.5 * Normal()));
        for (var column = 0; column < columns.Sums.Count; column++)
        {
            var isNegative = columns.Models.Set.Columns[column].CanBeNegative;
            var share = isNegative ? (_random.Next(20) == 0 ? -0.3 : 0) : _random.NextDouble() / 2;
            columns.Sums[column][slot] = points * share * columns.Sums.Landmarks[column].WeightOf(now, columns.Sums.HalfLives[column]);
        }

        columns.Engaged[0][slot] = points / 25 * _random.NextDouble() * columns.Engaged.Landmarks[0].WeightOf(now, columns.Models.Set.Everyones.EngagedHalfLife);
        var last = now + TimeSpan.FromHours(-_random.Next(1, 24 * 90));
        columns.NoteSignal(slot, last);
        if (now - last < TimeSpan.FromDays(14))
            columns.Velocity.Set(slot, VelocityDays.Unpack(last.UtcDay, mask: 1, [(float)points]));
    }

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
