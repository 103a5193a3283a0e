using System.CommandLine;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains store</c>: works on data that no server uses.</summary>
internal static class StoreCommand
{
    public static Command Build(CommandContext context) => new("store", "Works on the data of a server that is stopped.")
    {
        StoreCopyCommand.Build(context),
    };
}
