using System.Globalization;
using YamlDotNet.RepresentationModel;
using static LeadGrains.Host.Loading.Traffic.ModelText;

namespace LeadGrains.Host.Loading.Traffic;

/// <summary>What shows that a machine acted, read from the document for the load test alone.</summary>
/// <param name="Types">The types that bursts watch; none where the model has no bursts.</param>
/// <param name="Count">So many of them are a burst.</param>
/// <param name="WithinTicks">Within this time.</param>
internal sealed record PlainMachines(IReadOnlyList<string> Types, int Count, long WithinTicks)
{
    /// <summary>Agents that the load test sends: one of a person, and one that every model knows for a machine's.</summary>
    public const string Person = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

    public const string Scanner = "Mozilla/5.0 (compatible; LoadTestBot/1.0; +https://example.com/bot)";

    public static PlainMachines? Of(YamlNode? machines)
    {
        if (machines is not YamlMappingNode)
        {
            return null;
        }

        return Child(machines, "burst") is { } burst
            ? new PlainMachines(
                Texts(Child(burst, "signals"))!, int.Parse(Text(burst, "count")!, CultureInfo.InvariantCulture), Ticks(Text(burst, "within")!))
            : new PlainMachines([], 0, 0);
    }
}
