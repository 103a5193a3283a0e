using LeadGrains.Host.Loading.Traffic;
using LeadGrains.Scoring;

namespace LeadGrains.Benchmarks.Load;

/// <summary>The load test's signals and traits for the default model.</summary>
internal sealed class DefaultTraffic
{
    private const ulong Seed = 1;

    public DefaultTraffic()
    {
        var model = DefaultModel.Model;
        var conditions = new ModelConditions(model.Yaml);
        Catalogue = new SignalCatalogue(model, conditions);
        Traits = new LoadTraits(conditions, Seed);
    }

    public SignalCatalogue Catalogue { get; }

    public LoadTraits Traits { get; }
}
