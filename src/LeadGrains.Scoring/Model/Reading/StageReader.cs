using System.Collections.Immutable;

namespace LeadGrains.Scoring;

/// <summary>Reads `stages`.</summary>
internal sealed class StageReader(ValueReader values)
{
    private const double Most = 100;

    public (StageLadder Contact, StageLadder Account) Read(YamlNode? node)
    {
        var section = values.Section(node, "`stages`");
        var contact = Ladder(section.Take("contact"), "the contacts' stages");
        var account = Ladder(section.Take("account"), "the accounts' stages");
        section.Close();
        return (contact, account);
    }

    private StageLadder Ladder(YamlNode? node, string what)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var stages = ImmutableArray.CreateBuilder<Stage>();
        foreach (var item in values.Items(node, what, ModelLimits.Stages))
        {
            if (values.Mapping(item, "a stage") is not { } keys)
                continue;
            var name = keys.UniqueName(taken);
            var total = keys.Take("total");
            var (enter, leave) = total is null ? (0, 0) : Levels(total);
            var minFit = keys.Take("min_fit");
            var fit = minFit is null ? 0 : values.Number(minFit, "`min_fit`", 0, Most) ?? 0;
            var coolDown = keys.Take("cool_down");
            var pause = coolDown is null ? null : values.Duration(coolDown, "`cool_down`");
            keys.Close();
            if (stages.Count == 0 && (total ?? minFit ?? coolDown) is { } condition)
                values.Problems.Add(condition, "the first stage is held from the start and asks for nothing");
            stages.Add(new Stage(name ?? "", enter, leave, fit, pause ?? TimeSpan.Zero));
        }

        return new StageLadder(stages.ToImmutable());
    }

    private (double Enter, double Leave) Levels(YamlNode node)
    {
        if (values.Mapping(node, "the stage's `total`") is not { } keys)
            return (0, 0);
        var enter = keys.RequiredNumber("enter", 0, Most);
        var leave = keys.Number("leave", 0, Most) ?? enter;
        keys.Close();
        if (leave > enter)
            values.Problems.Add(node, "`leave` lies above `enter`");
        return (enter ?? 0, leave ?? 0);
    }
}
