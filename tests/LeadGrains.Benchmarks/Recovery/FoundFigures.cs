using System.Globalization;
using System.Text.RegularExpressions;
using LeadGrains.Benchmarks.Servers;

namespace LeadGrains.Benchmarks.Recovery;

/// <summary>What a server said that it found at its start.</summary>
/// <param name="Entries">Of the whole journal.</param>
/// <param name="RecoverySeconds">Reading rows and replaying.</param>
/// <param name="Replayed">Entries of the tail.</param>
internal sealed partial record FoundFigures(long Entries, double RecoverySeconds, long Replayed)
{
    public static FoundFigures Of(RunningServer server)
    {
        var match = Line().Match(server.Found);
        return match.Success
            ? new FoundFigures(Whole(match, "entries"), double.Parse(match.Groups["seconds"].ValueSpan, CultureInfo.InvariantCulture), Whole(match, "replayed"))
            : throw new InvalidOperationException($"leadgrains said something else of what it found: {server.Found}");
    }

    private static long Whole(Match match, string group) => long.Parse(match.Groups[group].ValueSpan, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?<entries>[\d,]+) journal entries\. Recovery took (?<seconds>[\d.]+) s; (?<replayed>[\d,]+) entries", RegexOptions.ExplicitCapture)]
    private static partial Regex Line();
}
