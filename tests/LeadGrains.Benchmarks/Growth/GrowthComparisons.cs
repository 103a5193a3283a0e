using System.Globalization;
using LeadGrains.Benchmarks.Measuring;

namespace LeadGrains.Benchmarks.Growth;

/// <summary>What a signal costs when there are ten, a hundred, a thousand times the contacts.</summary>
internal static class GrowthComparisons
{
    private const string Group = "growth";

    public static IEnumerable<Experiment> All(GrowthWork work)
    {
        Contender[] sizes = [.. work.Sizes.Select(contacts => new Contender(Name(contacts), over => work.TakeAsync(contacts, over)))];
        yield return new Comparison(Group, "streams of batches of 1,000, a tenth as many accounts as contacts", sizes[0], sizes[1..])
        {
            Compared = [Measure.PerSecond, Measure.ServerProcessor],
            BeginAsync = work.BeginAsync,
            Find = outcome => work.Sizes.Zip(work.Sizes.Skip(1)).Select(pair => new Finding(
                Promises.Growth,
                string.Create(CultureInfo.InvariantCulture, $"{pair.Second:N0} beside {pair.First:N0}"),
                Times(outcome[Name(pair.Second)], outcome[Name(pair.First)]))),
        };
    }

    private static string Name(int contacts) => string.Create(CultureInfo.InvariantCulture, $"{contacts:N0} contacts");

    // Round by round there is only the ratio to the smallest; of two such the medians are compared.
    private static Spread Times(Row more, Row less) =>
        Spread.Of(more.Ratio(Measure.ServerProcessor)!.Median / less.Ratio(Measure.ServerProcessor)!.Median);
}
