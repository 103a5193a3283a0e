using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Ranking;
using LeadGrains.Scoring;
using RankAnswer = LeadGrains.Grains.Requests.RankAnswer;

namespace LeadGrains.Grains.Remote;

/// <summary>Rankings between nodes.</summary>
internal static class RankWire
{
    public static RankRequest Of(RankQuery query, IEnumerable<int> partitions) => new()
    {
        Workspace = KeyWire.NameOf(query.Workspace),
        Kind = (Journal.V1.GrainKind)query.Kind,
        Conditions = Of(query.Filter),
        By = (int)query.By,
        PageSize = query.PageSize,
        After = query.After is { } after ? new RankPlace { Key = after.Key, IntentPoints = after.IntentPoints, Id = after.Id } : null,
        AtTicks = query.At.Ticks,
        Partitions = { partitions.Select(partition => (uint)partition) },
    };

    public static RankQuery From(RankRequest request) => new(
        KeyWire.FromName(request.Workspace), (GrainKind)request.Kind, From(request.Conditions ?? new RankConditions()), (RankBy)request.By,
        request.PageSize is > 0 and <= Limits.PageSize ? request.PageSize : throw new InvalidDataException("Another node asks for a page of no size."),
        request.After is { } after ? new RankCursor(after.Key, after.IntentPoints, after.Id) : null, new Instant(request.AtTicks));

    public static Cluster.V1.RankAnswer Of(RankAnswer answer) => new()
    {
        Rows = { answer.Rows.Rows.Select(row => Of(row, answer.Names[(row.Partition, row.Slot)])) },
        Matching = answer.Rows.Matching,
        Partitions = { answer.Partitions.Select(partition => (uint)partition) },
    };

    public static RankAnswer From(Cluster.V1.RankAnswer answer) => new(
        new RankedRows([.. answer.Rows.Select(From)], answer.Matching),
        answer.Rows.ToDictionary(row => ((int)row.Partition, row.Slot), row => row.Name),
        [.. answer.Partitions.Select(partition => (int)partition)]);

    private static RankConditions Of(RankFilter filter)
    {
        var conditions = new RankConditions
        {
            Stages = { filter.Stages },
            Grades = { filter.Grades },
            Traits = { filter.Traits.Select(trait => new RankTrait { Name = trait.Key, Values = { trait.Value } }) },
            IncludeDisqualified = filter.IncludeDisqualified,
            Dormant = filter.Dormant,
            Surging = filter.Surging,
            Unmatched = filter.Unmatched,
        };
        if (filter.MinTotal is { } total)
            conditions.MinTotal = total;
        if (filter.MinFit is { } fit)
            conditions.MinFit = fit;
        if (filter.MinIntent is { } intent)
            conditions.MinIntent = intent;
        return conditions;
    }

    private static RankFilter From(RankConditions conditions) => new()
    {
        Stages = [.. conditions.Stages],
        Grades = [.. conditions.Grades],
        MinTotal = conditions.HasMinTotal ? conditions.MinTotal : null,
        MinFit = conditions.HasMinFit ? conditions.MinFit : null,
        MinIntent = conditions.HasMinIntent ? conditions.MinIntent : null,
        Traits = conditions.Traits.ToDictionary(trait => trait.Name, trait => (IReadOnlyList<string>)[.. trait.Values]),
        IncludeDisqualified = conditions.IncludeDisqualified,
        Dormant = conditions.Dormant,
        Surging = conditions.Surging,
        Unmatched = conditions.Unmatched,
    };

    private static RankRow Of(RankedRow row, string name)
    {
        var message = new RankRow
        {
            Partition = (uint)row.Partition,
            Slot = row.Slot,
            Id = row.Id,
            Key = row.Key,
            Fit = row.Score.Fit,
            IntentPoints = row.Score.IntentPoints,
            Intent = row.Score.Intent,
            Total = row.Score.Total,
            Engaged = row.Score.Engaged,
            Velocity = row.Score.Velocity,
            Grade = row.Score.Grade,
            Stage = row.Score.Stage,
            IsDormant = row.Score.IsDormant,
            IsSurging = row.Score.IsSurging,
            Name = name,
        };
        if (row.LastSignalAt is { } last)
            message.LastSignalTicks = last.Ticks;
        return message;
    }

    private static RankedRow From(RankRow row) => new(
        (int)row.Partition, row.Slot, row.Id, row.Key,
        new RankScore(row.Fit, row.IntentPoints, row.Intent, row.Total, row.Engaged, row.Velocity, row.Grade, row.Stage)
        {
            IsDormant = row.IsDormant,
            IsSurging = row.IsSurging,
        },
        row.HasLastSignalTicks ? new Instant(row.LastSignalTicks) : null);
}
