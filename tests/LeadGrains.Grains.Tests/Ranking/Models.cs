using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Ranking;

/// <summary>Models for tests of ranking and roll-up.</summary>
internal static class Models
{
    /// <summary>Four half-lives, one of them with a column for negative points of its own; three stages of each kind.</summary>
    public static ScoringModel Staged { get; } = Read(StagedYaml);

    /// <summary>The same traits and as many stages, under other half-lives, weights and half points, with more columns.</summary>
    public static ScoringModel OtherStaged { get; } = Read(StagedYaml
        .Replace("name: staged", "name: other", StringComparison.Ordinal)
        .Replace("{fit: 0.4, intent: 0.6}", "{fit: 0.1, intent: 0.9}", StringComparison.Ordinal)
        .Replace("{half_point: 60}", "{half_point: 15}", StringComparison.Ordinal)
        .Replace("web: {half_life: 7d", "web: {half_life: 45d", StringComparison.Ordinal)
        .Replace("content: {half_life: 30d}", "content: {half_life: 3d}", StringComparison.Ordinal)
        .Replace("half_point: 120, engaged_half_life: 30d, breadth: {step: 0.25, max: 2}", "half_point: 30, engaged_half_life: 11d, breadth: {step: 0.75, max: 3}", StringComparison.Ordinal)
        .Replace("{enter: 40, leave: 30}", "{enter: 60, leave: 50}", StringComparison.Ordinal));

    private const string StagedYaml = """
        name: staged
        total: {fit: 0.4, intent: 0.6}
        intent: {half_point: 60}
        groups:
          web: {half_life: 7d, cap: 40}
          evaluation: {half_life: 14d, cap: 120}
          content: {half_life: 30d}
          sales: {half_life: 90d}
          disengagement: {half_life: 90d, floor: -40}
        rules:
          - {name: a, label: A, signal: a, group: web, points: 1}
          - {name: b, label: B, signal: b, group: evaluation, points: 10}
          - {name: c, label: C, signal: c, group: content, points: 8}
          - {name: d, label: D, signal: d, group: sales, points: 20}
          - {name: e, label: E, signal: e, group: disengagement, points: -15}
        roles: [{name: decider, trait: title, contains: chief, weight: 1.5}]
        account: {half_point: 120, engaged_half_life: 30d, breadth: {step: 0.25, max: 2}}
        filters: {contact: [title, region], account: [industry, employees, tags]}
        stages:
          contact:
            - {name: nurture}
            - {name: mql, total: {enter: 40, leave: 30}, min_fit: 20}
            - {name: sql, total: {enter: 70, leave: 60}, min_fit: 50}
          account:
            - {name: aware}
            - {name: engaged, total: {enter: 45, leave: 35}}
            - {name: mqa, total: {enter: 65, leave: 55}, min_fit: 40}
        """;

    public static ScoringModel Read(string yaml)
    {
        var result = ModelReader.Read(yaml);
        return result.Model ?? throw new InvalidOperationException(string.Join('\n', result.Problems));
    }
}
