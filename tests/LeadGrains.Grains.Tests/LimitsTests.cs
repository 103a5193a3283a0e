using System.Globalization;
using System.Text.RegularExpressions;
using LeadGrains.Testing;

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
    [InlineData("signal.proto", "message Signal", "KiB", Limits.SignalBytes / 1024)]
    [InlineData("signal.proto", "string account_id = 5", "bytes", Limits.GrainIdBytes)]
    [InlineData("signal.proto", "string email = 6", "", Limits.EmailBytes)]
    [InlineData("signal.proto", "string email = 6", "bytes", Limits.GrainIdBytes)]
    [InlineData("ingest.proto", "repeated Signal signals = 1", "", Limits.SignalsPerBatch)]
    [InlineData("ingest.proto", "repeated Signal signals = 2", "", Limits.SignalsPerBatch)]
    [InlineData("ingest.proto", "service IngestService", "MiB", Limits.MessageBytes / 1024 / 1024)]
    [InlineData("contact.proto", "repeated ContactTraits contacts = 1", "", Limits.UpsertsPerRequest)]
    [InlineData("account.proto", "repeated AccountTraits accounts = 1", "", Limits.UpsertsPerRequest)]
    [InlineData("contact.proto", "string contact_id = 1", "bytes", Limits.GrainIdBytes)]
    [InlineData("contact.proto", "string email = 2", "bytes", Limits.EmailBytes)]
    [InlineData("contact.proto", "string account_id = 3", "bytes", Limits.GrainIdBytes)]
    [InlineData("contact.proto", "google.protobuf.Struct traits = 4", "", Limits.TraitListElements)]
    [InlineData("contact.proto", "google.protobuf.Struct traits = 4", "traits", Limits.TraitsPerGrain)]
    [InlineData("contact.proto", "google.protobuf.Struct traits = 4", "KiB", Limits.TraitBytes / 1024)]
    [InlineData("contact.proto", "google.protobuf.Struct traits = 4", "bytes", Limits.TraitNameBytes)]
    [InlineData("account.proto", "string account_id = 1", "bytes", Limits.GrainIdBytes)]
    [InlineData("account.proto", "string name = 2", "bytes", Limits.AccountNameBytes)]
    [InlineData("account.proto", "repeated string domains = 3", "domains", Limits.DomainsPerAccount)]
    [InlineData("account.proto", "repeated string domains = 3", "bytes", Limits.DomainBytes)]
    [InlineData("account.proto", "google.protobuf.Struct traits = 4", "", Limits.TraitListElements)]
    [InlineData("account.proto", "google.protobuf.Struct traits = 4", "traits", Limits.TraitsPerGrain)]
    [InlineData("account.proto", "google.protobuf.Struct traits = 4", "KiB", Limits.TraitBytes / 1024)]
    [InlineData("account.proto", "google.protobuf.Struct traits = 4", "bytes", Limits.TraitNameBytes)]
    [InlineData("ranking.proto", "map<string, AcceptedValues> traits = 6", "values", Limits.FilterValues)]
    [InlineData("ranking.proto", "map<string, AcceptedValues> traits = 6", "bytes", Limits.TraitNameBytes)]
    public void Limits_WhenAProtoTellsOfThem_AreTheSame(string proto, string line, string unit, int limit)
    {
        var comment = CommentAbove(line, File.ReadAllLines(Path.Combine(RepositoryRoot.Path, "protos", "leadgrains", "v1", proto)));

        Assert.Contains(limit, Numbers().Matches(comment)
            .Where(match => unit.Length == 0 || match.Groups[2].Value == unit)
            .Select(match => int.Parse(match.Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture)));
    }

    private static string CommentAbove(string line, string[] lines)
    {
        var at = Array.FindIndex(lines, one => one.TrimStart().StartsWith(line, StringComparison.Ordinal));
        return string.Join(' ', lines[..at].Reverse().TakeWhile(one => one.TrimStart().StartsWith("//", StringComparison.Ordinal)).Reverse());
    }

    [GeneratedRegex(@"(\d+(?:,\d{3})*) ?(\w*)")]
    private static partial Regex Numbers();
}
