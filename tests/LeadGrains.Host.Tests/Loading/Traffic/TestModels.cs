using LeadGrains.Host.Loading.Traffic;
using LeadGrains.Scoring;

namespace LeadGrains.Host.Tests.Loading.Traffic;

/// <summary>A small model with every kind of condition, and a plan of signals for it.</summary>
internal static class TestModels
{
    public const string Yaml =
        """
        name: small
        intent: {half_point: 60}
        groups:
          web: {half_life: 7d, cap: 40}
          deal: {half_life: 20d, cap: 90}
          gone: {half_life: 90d, floor: -40}
        rules:
          - {name: view, label: View, signal: page_viewed, group: web, points: 1, per_day: 2}
          - {name: pricing, label: Pricing, signal: page_viewed, when: {url: {contains: /pricing}}, group: deal, points: 10, per_day: 2}
          - {name: long_call, label: Call, signal: call, when: {minutes: {between: [20, 90]}, kind: {in: [Phone, video]}}, group: deal, points: 40}
          - {name: quiet, label: Quiet call, signal: call, when: {recorded: {exists: false}}, group: deal, points: 5}
          - {name: unsubscribed, label: Gone, signal: unsubscribed, group: gone, points: -15}
        fit:
          contact: [{name: boss, label: Boss, trait: title, contains: [chief, head], points: 60}]
          account:
            - {name: size, label: Size, trait: employees, between: [200, 5000], points: 70}
            - {name: industry, label: Industry, trait: industry, in: [software, fintech], points: 50}
        roles: [{name: boss, trait: title, contains: [chief, head], weight: 1.5}]
        disqualify:
          - {name: student, trait: title, contains: [student], reason: Learns only}
          - {name: rival, trait: company, in: [Rival Inc]}
          - {name: customer, of: account, trait: industry, equals: government, reason: Customer already}
        account: {half_point: 120, engaged_half_life: 30d, breadth: {step: 0.25, max: 2}}
        """;

    public static DateTimeOffset Until { get; } = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    public static ScoringModel Model { get; } = Read();

    public static ModelConditions Conditions { get; } = new(Yaml);

    public static LoadPlan Plan(int contacts = 40, int accounts = 8, int streams = 2, ulong seed = 1) =>
        new(new LoadPopulation(contacts, accounts, seed), new SignalCatalogue(Model, Conditions), streams, seed, Until);

    private static ScoringModel Read()
    {
        var read = ModelReader.Read(Yaml);
        return read.Model ?? throw new InvalidOperationException(string.Join('\n', read.Problems));
    }
}
