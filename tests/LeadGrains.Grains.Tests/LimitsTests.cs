using System.Globalization;
using System.Text.RegularExpressions;

namespace LeadGrains.Grains.Tests;

/// <summary>The protos tell callers of the limits, so both must say the same.</summary>
public sealed partial class LimitsTests
{
    [Theory]
    [InlineData("signal.proto", "string id = 1", "bytes", Limits.SignalIdBytes)]
    [InlineData("signal.proto", "string source = 2", "bytes", Limits.SourceBytes)]
    [InlineData("signal.proto", "string type = 3", "bytes", Limits.SignalTypeBytes)]
    [InlineData("signal.proto", "string contact_id = 4", "bytes", Limits.GrainIdBytes)]
    [InlineData("signal.proto", "map<string, string> attributes = 8", "entries", Limits.AttributesPerSignal)]
    [InlineData("signal.proto", "map<string, string> attributes = 8", "KiB", Limits.AttributeBytes / 1024)]
    [InlineData("signal.proto", "message Signal", "signals", Limits.SeenSignals)]
    [InlineData("ingest.proto", "repeated Signal signals = 1", "", Limits.SignalsPerBatch)]
    [InlineData("contact.proto", "repeated ContactTraits contacts = 1", "", Limits.UpsertsPerRequest)]
    [InlineData("account.proto", "repeated AccountTraits accounts = 1", "", Limits.UpsertsPerRequest)]
    public void Limits_WhenAProtoTellsOfThem_AreTheSame(string proto, string line, string unit, int limit)
    {
        var comment = CommentAbove(line, File.ReadAllLines(Path.Combine(Root(), "protos", "leadgrains", "v1", proto)));

        Assert.Contains(limit, Numbers().Matches(comment)
            .Where(match => unit.Length == 0 || match.Groups[2].Value == unit)
            .Select(match => int.Parse(match.Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture)));
    }

    private static string CommentAbove(string line, string[] lines)
    {
        var at = Array.FindIndex(lines, one => one.TrimStart().StartsWith(line, StringComparison.Ordinal));
        return string.Join(' ', lines[..at].Reverse().TakeWhile(one => one.TrimStart().StartsWith("//", StringComparison.Ordinal)).Reverse());
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "LeadGrains.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside the repository.");
        return folder;
    }

    [GeneratedRegex(@"([\d,]+) ?(\w*)")]
    private static partial Regex Numbers();
}
