using System.CommandLine;

namespace LeadGrains.Host.Commands;

/// <summary>Which grain a command is about: its kind as a subcommand, its id as the argument.</summary>
internal static class KindArgument
{
    public static Argument<string> Id(string kind) => new("ID") { Description = $"The {kind}'s id, as it was sent." };

    public static Option<bool> Json() => new("--json") { Description = "Print the answer as JSON." };
}
