using System.Globalization;
using System.Text.RegularExpressions;
using LeadGrains.EndToEnd.Tests.Processes;

namespace LeadGrains.EndToEnd.Tests.Crash;

/// <summary>What a server said of its journal when it started.</summary>
/// <param name="Entries">Entries in the journal.</param>
/// <param name="Replayed">Those that no row held.</param>
internal sealed partial record Recovery(long Entries, long Replayed)
{
    /// <summary>Most of the journal was in rows already.</summary>
    public bool IsMostlyFromRows => Replayed * 2 < Entries;

    public static Recovery Of(ServerProcess server)
    {
        var figures = Figures().Match(server.Process.Output);
        Assert.True(figures.Success, $"no figures of a recovery in:\n{server.Process.Output}");
        return new Recovery(Number(figures.Groups["entries"]), Number(figures.Groups["replayed"]));
    }

    private static long Number(Group digits) => long.Parse(digits.ValueSpan, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    [GeneratedRegex("(?<entries>[0-9,]+) journal entries[.].* (?<replayed>[0-9,]+) entries were replayed")]
    private static partial Regex Figures();
}
