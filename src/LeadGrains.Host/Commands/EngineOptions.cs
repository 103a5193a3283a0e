using System.CommandLine;
using LeadGrains.Grains;

namespace LeadGrains.Host.Commands;

/// <summary>The advanced options of `serve`: how much the engine takes on.</summary>
internal sealed class EngineOptions
{
    private static readonly GrainNodeOptions Defaults = new();

    private readonly Option<int> _loops = Number(
        "--loops", "Advanced: threads that drive the partitions.", Defaults.Loops, 1, 64);

    private readonly Option<int> _activeGrains = Number(
        "--active-grains", "Advanced: contacts and accounts kept whole in memory. Idle ones beyond it rest in the store.", Defaults.ActiveGrains, 16, 50_000_000);

    private readonly Option<int> _checkpointEntries = Number(
        "--checkpoint-entries", "Advanced: entries of a partition after which its rows are written. A start replays about as many at most; where rows cannot keep up, four times as many, and then callers wait.",
        Defaults.CheckpointEntries, 1, 10_000_000);

    public void AddTo(Command command)
    {
        command.Add(_loops);
        command.Add(_activeGrains);
        command.Add(_checkpointEntries);
    }

    public GrainNodeOptions Read(ParseResult parsed) => new()
    {
        Loops = parsed.GetValue(_loops),
        ActiveGrains = parsed.GetValue(_activeGrains),
        CheckpointEntries = parsed.GetValue(_checkpointEntries),
    };

    private static Option<int> Number(string name, string description, int otherwise, int from, int to) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => otherwise,
        CustomParser = OptionText.Whole(from, to),
    };
}
