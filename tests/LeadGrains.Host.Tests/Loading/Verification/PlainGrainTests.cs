using System.Text;
using LeadGrains.Host.Loading.Traffic;
using LeadGrains.Host.Loading.Verification;
using LeadGrains.Host.Tests.Loading.Traffic;
using LeadGrains.Scoring;

namespace LeadGrains.Host.Tests.Loading.Verification;

/// <summary>The verifier's own arithmetic against the server's, over the signals of a load test.</summary>
public sealed class PlainGrainTests
{
    private const string AllKinds = """
        channels: {attribute: channel, factors: {ads: 1.5, social: 0.5}}
        groups: {a: {half_life: 3d, cap: 30}, b: {half_life: 20d, cap: 60}, c: {half_life: 60d, floor: -20}}
        machines: {burst: {signals: [click], count: 4, within: 20s}}
        rules:
          - {name: view, signal: view, group: a, points: 2, per_day: 2}
          - {name: return, signal: view, count: 3, within: 2d, group: b, points: 15}
          - {name: there_and_back, sequence: [view, read, view], within: 4d, group: b, points: 9, per_day: 3}
          - {name: away, sequence: [read, left], within: 36h, group: c, points: -4}
          - {name: read, signal: read, diminishing: 0.5, within: 3d, group: a, points: 6}
          - {name: left, signal: left, scale: {attribute: minutes, from: 60, to: 0}, group: c, points: -5}
          - {name: rating, signal: rated, latest: true, scale: {attribute: score, from: 0, to: 10}, group: b, points: 20}
          - {name: click, signal: click, once_per: {attribute: asset, within: 2d}, group: a, points: 5, per_day: 2}
        """;

    [Fact]
    public void Add_OfALoadTestsSignals_AgreesWithTheServer_WhateverTheRules() =>
        Compare(ModelReader.Read(AllKinds).Model!, contacts: 60, signals: 3_000);

    [Fact]
    public void Add_OfALoadTestsSignals_AgreesWithTheServer_UnderTheDefaultModel() => Compare(DefaultModel.Model, contacts: 150, signals: 15_000);

    private static void Compare(ScoringModel model, int contacts, int signals)
    {
        var conditions = new ModelConditions(model.Yaml);
        var plan = new LoadPlan(
            new LoadPopulation(contacts, contacts / 10, 7), new SignalCatalogue(model, conditions), streams: 1, seed: 7, TestModels.Until);
        var grains = new PlainGrain?[plan.Population.Contacts + plan.Population.Accounts];
        PlainReplay.Run(plan, stream: 0, signals, new PlainModel(model, conditions), grains);
        var states = Played(plan, model, signals);

        var machines = 0u;
        var held = 0;
        for (var target = 0; target < grains.Length; target++)
        {
            var state = states[target];
            if (grains[target] is not { } grain)
            {
                Assert.True(state.IsEmpty);
                continue;
            }

            Assert.False(grain.IsBeyond);
            foreach (var day in new[] { 1, 4, 40 })
            {
                var at = Instant.FromDateTimeOffset(TestModels.Until.AddDays(day));
                var velocity = grain.VelocityAt(at.UtcDay);
                Assert.Equal(grain.PointsAt(at.Ticks), state.PointsAt(model, at), 1e-6);
                Assert.Equal(velocity.Points, state.Velocity.At(at.UtcDay), 1e-6 * Math.Max(1, velocity.Gross));
            }

            Assert.Equal(grain.EngagedTicks ?? long.MinValue, state.EngagedAt.Ticks);
            machines += state.Machines.Bursts;
            held += state.Held.Length;
        }

        Assert.True(machines > 0 && held > 0);
        Assert.All(model.Rules, rule => Assert.Contains(states, state => state.Rules.ToArray().Any(given => given.Rule == rule.Index)));
    }

    private static IntentState[] Played(LoadPlan plan, ScoringModel model, int signals)
    {
        var states = Enumerable.Range(0, plan.Population.Contacts + plan.Population.Accounts).Select(_ => new IntentState()).ToArray();
        for (var number = 0; number < signals; number++)
        {
            var planned = plan.At(stream: 0, number);
            var kind = plan.Catalogue.Kinds[planned.Kind];
            var at = new Instant(planned.OccurredAtSecond * TimeSpan.TicksPerSecond);
            states[planned.Target].Apply(model, Encoding.UTF8.GetBytes(kind.Type), at, new PlainAttributes(kind.Attributes));
        }

        return states;
    }
}
