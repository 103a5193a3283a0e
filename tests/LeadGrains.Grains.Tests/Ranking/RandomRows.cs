using System.Text;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Residents;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Ranking;

/// <summary>One row as a test knows it, beside the columns that hold it.</summary>
internal sealed record KnownRow(
    RankColumns Columns, int Slot, string Workspace, string Id, double[] Sums, double[] OwnSums, double Engaged, double Fit, byte Stage,
    RankFlags Flags, Instant? LastSignalAt, Dictionary<string, TraitValue> Traits, Velocity Velocity, Velocity OwnVelocity);

/// <summary>Seeded partitions full of rows: ties, unknown slots, several workspaces, flags, lists.</summary>
internal sealed class RandomRows
{
    public static readonly Instant Now = Instant.FromDateTimeOffset(new DateTimeOffset(2026, 3, 14, 9, 26, 53, TimeSpan.Zero));

    private static readonly string[] Texts = ["Software", "fintech", "Media", "software", "ÜBER", "über"];
    private readonly Random _random;

    public RandomRows(int seed, ScoringModel model, GrainKind kind, int partitions, int rows, bool withOwn = true, ScoringModel? other = null)
    {
        _random = new Random(seed);
        Workspaces = new WorkspaceCodes();
        Set = new ModelSet(model, other is null ? [] : [KeyValuePair.Create("other", other)]);
        for (var i = 0; i < partitions; i++)
            Partitions.Add(new RankColumns(new WorkspaceModels(Set, Workspaces), kind, i, new ResidentTable(), Now));
        var names = seed % 2 == 0 ? new[] { "default" } : ["default", "other"];
        for (var i = 0; i < rows; i++)
            Rows.Add(Add(Partitions[_random.Next(partitions)], names[_random.Next(names.Length)], i, withOwn));
    }

    public WorkspaceCodes Workspaces { get; }

    public ModelSet Set { get; }

    public List<RankColumns> Partitions { get; } = [];

    public List<KnownRow> Rows { get; } = [];

    /// <summary>Of the seeds that have two workspaces, half have two models.</summary>
    public static ScoringModel? OtherOf(int seed) => seed % 4 == 1 ? Models.OtherStaged : null;

    private KnownRow Add(RankColumns columns, string workspace, int number, bool withOwn)
    {
        var id = _random.Next(3) == 0 ? $"\uE000{number}" : _random.Next(2) == 0 ? $"\U0001F600{number}" : $"id{number}";
        var utf8 = Encoding.UTF8.GetBytes(id);
        var slot = columns.Keys.FindOrAdd(KeyHash.Of(Encoding.UTF8.GetBytes(workspace), columns.Kind, utf8), Workspaces.CodeOf(workspace), utf8, out _);
        columns.EnsureSlots();
        var hasOwn = withOwn && columns.IsAccount && _random.Next(4) == 0;
        Instant? last = !hasOwn && _random.Next(10) == 0 ? null : Now + TimeSpan.FromHours(-_random.Next(1, 10_000));
        var row = new KnownRow(
            columns, slot, workspace, id, Sums(columns), hasOwn ? Sums(columns) : new double[columns.Sums.Count],
            _random.Next(3) == 0 ? 0 : _random.NextDouble() * 8, _random.Next(5) * 20 + _random.Next(2) * _random.NextDouble(),
            (byte)_random.Next(3), Flags(columns), last, Traits(columns), Velocity(), hasOwn ? Velocity() : default);
        Write(row);
        return row;
    }

    private static void Write(KnownRow row)
    {
        var (columns, slot) = (row.Columns, row.Slot);
        if (columns.IsAccount)
        {
            columns.Sums.Set(slot, row.Sums, GroupSet.All);
            columns.Velocity.Set(slot, VelocityDays.Of(row.Velocity));
            columns.Engaged[columns.ModelOf(slot).EngagedColumn][slot] = row.Engaged;
            if (row.OwnSums.Any(sum => sum != 0) || !row.OwnVelocity.IsEmpty)
                columns.SetPoints(slot, row.OwnSums, GroupSet.All, row.LastSignalAt!.Value, row.OwnVelocity);
        }
        else
        {
            columns.SetPoints(slot, row.Sums, GroupSet.All, row.LastSignalAt ?? Instant.Min, row.Velocity);
        }

        if (row.LastSignalAt is { } last)
            columns.NoteSignal(slot, last);
        columns.Fit[slot] = row.Fit;
        columns.Stage[slot] = row.Stage;
        columns.SetFlags(slot, row.Flags, on: true);
        columns.SetTraits(slot, row.Traits);
    }

    // A third of the rows are equal to others in all their points, so that ids decide.
    private double[] Sums(RankColumns columns) =>
        [.. Enumerable.Range(0, columns.Sums.Count).Select(c => _random.Next(3) switch
        {
            0 => 0,
            1 => 16 * columns.Sums.Landmarks[c].WeightOf(Now, columns.Sums.HalfLives[c]),
            _ => (_random.NextDouble() * 60 - 10) * columns.Sums.Landmarks[c].WeightOf(Now, columns.Sums.HalfLives[c]),
        })];

    private RankFlags Flags(RankColumns columns)
    {
        var flags = _random.Next(12) switch
        {
            0 => RankFlags.None,
            1 when columns.IsAccount => RankFlags.HasContribution,
            2 when columns.IsAccount => RankFlags.Known,
            _ => RankFlags.HasEntry,
        };
        if (_random.Next(10) == 0)
            flags |= RankFlags.Disqualified;
        if (columns.IsAccount && _random.Next(15) == 0)
            flags |= RankFlags.Claimed;
        return flags;
    }

    private Dictionary<string, TraitValue> Traits(RankColumns columns)
    {
        var traits = new Dictionary<string, TraitValue>();
        foreach (var column in columns.Traits)
        {
            TraitValue? value = _random.Next(5) switch
            {
                0 => null,
                1 => TraitValue.Number(_random.Next(4) * 100.5),
                2 => TraitValue.Truth(_random.Next(2) == 0),
                3 => TraitValue.List([.. Enumerable.Range(0, _random.Next(4)).Select(_ => TraitValue.Text(Texts[_random.Next(Texts.Length)]))]),
                _ => TraitValue.Text(Texts[_random.Next(Texts.Length)]),
            };
            if (value is not null)
                traits.Add(column.Name, value);
        }

        return traits;
    }

    private Velocity Velocity()
    {
        var velocity = default(Velocity);
        for (var i = _random.Next(4); i > 0; i--)
            velocity.Add(Now.UtcDay - _random.Next(20), _random.Next(-3, 20) * 0.5);
        return velocity;
    }
}
