using System.CommandLine;
using LeadGrains.Host.Clients;
using LeadGrains.V1;

namespace LeadGrains.Host.Commands;

/// <summary>The options of `rank`, but for one the same for accounts and contacts.</summary>
internal sealed class RankOptions
{
    private const int MaxLimit = 100_000;

    private readonly Option<bool> _shadow = new("--shadow") { Description = "Rank by the shadow model; see `leadgrains model shadow`. Stages are those that are held now; `model shadow compare` shows those that publishing it would lead to." };

    private readonly Option<string> _by = new("--by")
    {
        Description = "What to sort by, highest first; velocity is the gain of the last 7 days over the 7 before.",
        DefaultValueFactory = _ => "total",
    };

    private readonly Option<int> _limit = new("--limit")
    {
        Description = "How many to list.",
        HelpName = "N",
        DefaultValueFactory = _ => 20,
        CustomParser = OptionText.Whole(1, MaxLimit),
    };

    private readonly Option<string[]> _stages = new("--stage")
    { Description = "Only this stage, such as mql. Repeat it for several.", HelpName = "NAME" };

    private readonly Option<string[]> _grades = new("--grade")
    { Description = "Only this grade, such as A1. Repeat it for several.", HelpName = "GRADE" };

    private readonly Option<double?> _minTotal = new("--min-total") { Description = "Only a total of at least this, 0 to 100.", HelpName = "SCORE", CustomParser = OptionText.Score };

    private readonly Option<double?> _minFit = new("--min-fit") { Description = "Only a fit of at least this, 0 to 100.", HelpName = "SCORE", CustomParser = OptionText.Score };

    private readonly Option<double?> _minIntent = new("--min-intent") { Description = "Only an intent of at least this, 0 to 100.", HelpName = "SCORE", CustomParser = OptionText.Score };

    private readonly Option<KeyValuePair<string, string>[]> _traits = new("--trait")
    {
        Description = "Only this value of a trait, ignoring case. The same name again: any of the values; another name: both.",
        HelpName = "NAME=VALUE",
        CustomParser = OptionText.Traits,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<bool> _disqualified = new("--include-disqualified") { Description = "List disqualified ones too." };

    private readonly Option<bool> _dormant = new("--dormant")
    { Description = "List only those without a signal for as long as the model says." };

    private readonly Option<bool> _surging = new("--surging")
    { Description = "List only accounts that gain far more points than in the days before." };

    private readonly Option<bool> _unmatched = new("--unmatched") { Description = "List only contacts whose account is not known." };

    private readonly Option<string> _pageToken = new("--page-token")
    { Description = "Go on after an earlier answer, which named this token. All else must be the same as there.", HelpName = "TOKEN" };

    private readonly Option<bool> _json = new("--json") { Description = "Print the answer as JSON." };

    private readonly ServerOption _server = new();

    public RankOptions() => _by.AcceptOnlyFromAmong("total", "intent", "fit", "velocity");

    public void AddTo(Command command, bool ofAccounts)
    {
        Option[] filters = [_stages, _grades, _minTotal, _minFit, _minIntent, _traits, _disqualified, _dormant, ofAccounts ? _surging : _unmatched];
        foreach (var option in new Option[] { _by, _limit }.Concat(filters).Concat([_shadow, _pageToken, _json]))
        {
            command.Add(option);
        }

        _server.AddTo(command);
    }

    public RankArguments Read(ParseResult parsed) => new(
        _server.Read(parsed),
        Filter(parsed),
        Enum.Parse<RankBy>(parsed.GetValue(_by)!, ignoreCase: true),
        parsed.GetValue(_limit),
        parsed.GetValue(_shadow),
        parsed.GetValue(_pageToken) ?? "",
        parsed.GetValue(_json));

    private RankFilter Filter(ParseResult parsed)
    {
        var filter = new RankFilter
        {
            IncludeDisqualified = parsed.GetValue(_disqualified),
            Dormant = parsed.GetValue(_dormant),
            Surging = parsed.GetValue(_surging),
            Unmatched = parsed.GetValue(_unmatched),
        };
        filter.Stages.AddRange(parsed.GetValue(_stages) ?? []);
        filter.Grades.AddRange(parsed.GetValue(_grades) ?? []);
        foreach (var trait in (parsed.GetValue(_traits) ?? []).GroupBy(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal))
        {
            filter.Traits[trait.Key] = new AcceptedValues { Values = { trait } };
        }

        if (parsed.GetValue(_minTotal) is { } total)
        {
            filter.MinTotal = total;
        }

        if (parsed.GetValue(_minFit) is { } fit)
        {
            filter.MinFit = fit;
        }

        if (parsed.GetValue(_minIntent) is { } intent)
        {
            filter.MinIntent = intent;
        }

        return filter;
    }
}

/// <summary>What `rank` was asked.</summary>
internal sealed record RankArguments(ServerTarget Server, RankFilter Filter, RankBy By, int Limit, bool Shadow, string PageToken, bool Json);
