using System.CommandLine;
using LeadGrains.Benchmarks.Measuring;

namespace LeadGrains.Benchmarks.Running;

/// <summary>The command line.</summary>
internal sealed class SuiteOptions
{
    private readonly Argument<string[]> _groups;
    private readonly Option<string> _name = new("--name") { Description = "Only experiments whose name contains this.", DefaultValueFactory = _ => "" };
    private readonly Option<string?> _alone = new("--alone") { Description = "Runs only this contender, and says what it measured: for a profiler." };
    private readonly Option<int> _rounds = new("--rounds") { Description = "Turns that each contender takes.", DefaultValueFactory = _ => 5 };
    private readonly Option<double> _seconds = new("--seconds") { Description = "Length of a turn.", DefaultValueFactory = _ => 1.5 };
    private readonly Option<int> _contacts = new("--contacts") { Description = "Contacts of ingest, latency and engine.", DefaultValueFactory = _ => 100_000 };
    private readonly Option<int> _accounts = new("--accounts") { Description = "Their accounts.", DefaultValueFactory = _ => 10_000 };
    private readonly Option<int> _rankedAccounts = new("--ranked-accounts") { Description = "Accounts of ranking, and those that peers ranks.", DefaultValueFactory = _ => 1_000_000 };
    private readonly Option<bool> _full = new("--full") { Description = "Ten times the sizes in recovery and growth: needs an hour, 16 GB of memory and 20 GB of disk." };
    private readonly Option<double> _latencyMinutes = new("--latency-minutes") { Description = "How long latencies are measured at each load.", DefaultValueFactory = _ => 0.5 };
    private readonly Option<DirectoryInfo?> _data = new("--data") { Description = "Folder for temporary data, on the disk that is measured. Without it: the system's." };
    private readonly Option<DirectoryInfo?> _output = new("--output") { Description = "Folder for benchmarks.md and benchmarks.json." };

    public SuiteOptions(params string[] groups)
    {
        _groups = new("group") { Description = $"What to measure: {string.Join(", ", groups)}. All where none is named.", Arity = ArgumentArity.ZeroOrMore };
        _groups.AcceptOnlyFromAmong(groups);
    }

    public RootCommand Command() => new("Measures LeadGrains against its limits and peers, as ratios within one run.")
    {
        _groups, _name, _alone, _rounds, _seconds, _contacts, _accounts, _rankedAccounts, _full, _latencyMinutes, _data, _output,
    };

    public Settings Read(ParseResult parsed, TimeProvider clock) => new()
    {
        Groups = parsed.GetValue(_groups) ?? [],
        Name = parsed.GetValue(_name)!,
        Alone = parsed.GetValue(_alone),
        Turns = new Turns(parsed.GetValue(_rounds), TimeSpan.FromSeconds(parsed.GetValue(_seconds)), clock),
        Contacts = parsed.GetValue(_contacts),
        Accounts = parsed.GetValue(_accounts),
        RankedAccounts = parsed.GetValue(_rankedAccounts),
        IsFull = parsed.GetValue(_full),
        LatencyLength = TimeSpan.FromMinutes(parsed.GetValue(_latencyMinutes)),
        Data = parsed.GetValue(_data) ?? new DirectoryInfo(Path.GetTempPath()),
        Output = parsed.GetValue(_output),
    };
}
