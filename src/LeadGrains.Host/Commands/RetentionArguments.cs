using System.CommandLine;
using LeadGrains.Grains;

namespace LeadGrains.Host.Commands;

/// <summary>The options of `serve` that say how long signals and people are kept.</summary>
internal sealed class RetentionArguments
{
    private static readonly RetentionOptions Defaults = new();

    private readonly Option<TimeSpan?> _signals = new("--retain-signals")
    {
        Description = "Removes signals that were received longer ago, such as 400d or 104w, from the journal and from all that lists them. Scores stay as they are; a rescore counts what is kept. Without it: all are kept.",
        HelpName = "AGE",
        CustomParser = OptionText.Age,
    };

    private readonly Option<TimeSpan?> _contacts = new("--retain-contacts")
    {
        Description = "Lets go of people of whom nothing was heard for longer, such as 730d: no signal, no upsert, no merge. They are erased as `contact erase` does it, and begin anew if something comes of them. Without it: all are kept.",
        HelpName = "AGE",
        CustomParser = OptionText.Age,
    };

    private readonly Option<OptionTime> _every = new("--retention-every")
    {
        Description = "Advanced: how long it takes from one run that lets go of what is too old to the next. The first one comes 5 minutes after the start, or after this time where it is shorter.",
        HelpName = "TIME",
        DefaultValueFactory = _ => new OptionTime(Defaults.Every),
        CustomParser = OptionText.Duration,
    };

    public void AddTo(Command command)
    {
        command.Add(_signals);
        command.Add(_contacts);
        command.Add(_every);
    }

    public RetentionOptions Read(ParseResult parsed)
    {
        TimeSpan every = parsed.GetValue(_every);
        return Defaults with
        {
            Signals = parsed.GetValue(_signals),
            Contacts = parsed.GetValue(_contacts),
            Every = every,
            FirstAfter = every < Defaults.FirstAfter ? every : Defaults.FirstAfter,
        };
    }
}
