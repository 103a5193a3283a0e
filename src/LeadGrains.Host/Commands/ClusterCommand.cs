using System.CommandLine;
using LeadGrains.Cluster.Postgres;
using LeadGrains.Host.Clients;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains cluster</c>: looks at the nodes that share a store, and has one of them give its partitions away.</summary>
internal static class ClusterCommand
{
    private const string DrainDetails =
        """
        The node stays and goes on taking calls, which it passes on, until it is stopped; started again, it takes its share. The last node that is not draining
        cannot give its partitions to anybody, and keeps them.
        """;

    public static Command Build(CommandContext context) => new("cluster", "Looks at the nodes that share a store, and has one give its partitions away.")
    {
        BuildStatus(context),
        BuildDrain(context),
    };

    private static DetailedCommand BuildStatus(CommandContext context)
    {
        var store = Store();
        var json = KindArgument.Json();
        var command = new DetailedCommand(
            "status", "Shows the nodes and who has which partition.", "Asks the database, so it needs no server. What is to replay lies in the journal and not in the rows yet: the next owner begins with it after a kill.") { store, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var directory = Open(parsed.GetValue(store)!);
            var status = ClusterStatus.Of(await directory.SeeAsync(cancellationToken), await directory.CheckpointsAsync(cancellationToken));
            if (parsed.GetValue(json))
            {
                context.Terminal.Line(status.ToJson());
            }
            else
            {
                ClusterTables.Show(context.Terminal, status);
            }
        });
        return command;
    }

    private static DetailedCommand BuildDrain(CommandContext context)
    {
        var node = new Argument<string>("NODE") { Description = "The node's name, as `cluster status` shows it." };
        var undo = new Option<bool>("--undo") { Description = "Let it take its share again." };
        var store = Store();
        var command = new DetailedCommand("drain", "Has a node give all its partitions to the others.", DrainDetails) { node, undo, store };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var name = parsed.GetValue(node)!;
            var isDrained = !parsed.GetValue(undo);
            await using var directory = Open(parsed.GetValue(store)!);
            var lives = await directory.DrainAsync(name, isDrained, cancellationToken)
                ?? throw new CommandFailedException($"There is no node {name}. `leadgrains cluster status` lists them.");
            context.Terminal.Line(
                !lives ? $"The node {name} is gone: others have its partitions, or take them. Started again, it takes its share."
                : isDrained ? $"The node {name} gives its partitions to the others. `leadgrains cluster status` shows how far it is."
                : $"The node {name} takes its share again.");
        });
        return command;
    }

    private static Option<string> Store() => new("--store")
    {
        Description = "The PostgreSQL database that the nodes share, as `serve` was given it.",
        HelpName = "ADDRESS",
        Required = true,
    };

    private static ClusterDirectory Open(string address)
    {
        try
        {
            return new ClusterDirectory(address);
        }
        catch (ArgumentException fault)
        {
            throw new BadUsageException($"--store wants an address such as \"Host=127.0.0.1;Database=leadgrains;Username=leadgrains\": {fault.Message}");
        }
    }
}
