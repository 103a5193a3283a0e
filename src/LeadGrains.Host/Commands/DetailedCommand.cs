using System.CommandLine;

namespace LeadGrains.Host.Commands;

/// <summary>A command with more to say in its own help than in the list of commands.</summary>
/// <param name="name">What is typed.</param>
/// <param name="summary">One sentence, for the list.</param>
/// <param name="details">What follows it in the command's own help. Line breaks become spaces.</param>
internal sealed class DetailedCommand(string name, string summary, string details) : Command(name, summary)
{
    /// <summary>Lets the help that is about to be shown say everything.</summary>
    public void ShowDetails() => Description = $"{Description} {details.ReplaceLineEndings(" ")}";
}
