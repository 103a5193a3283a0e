using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Data.Common;
using Grpc.Core;
using LeadGrains.Grains;
using LeadGrains.Grains.Storage;
using LeadGrains.Host.Clients;
using LeadGrains.Host.Terminals;

namespace LeadGrains.Host.Commands;

/// <summary>The whole command: parses, runs, and turns every expected fault into a message and an exit code.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args, CommandContext context, CancellationToken cancellationToken)
    {
        var terminal = context.Terminal;
        var parsed = Root(context).Parse(args);
        if (args.Length > 0 && parsed.Action is ParseErrorAction)
        {
            return ShowErrors(parsed.Errors.Select(error => error.Message), parsed, terminal);
        }

        if (parsed.Action is HelpAction && parsed.CommandResult.Command is DetailedCommand detailed)
        {
            detailed.ShowDetails();
        }

        // Signals reach the commands through the token: a server needs longer to drain than any time limit here.
        var invocation = new InvocationConfiguration
        {
            Output = terminal.Output,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            int code = await parsed.InvokeAsync(invocation, cancellationToken);
            return args.Length == 0 ? ExitCode.BadUsage : code;
        }
        catch (Exception fault) when (cancellationToken.IsCancellationRequested && IsCancellation(fault))
        {
            terminal.Complain("Stopped before the end.");
            return ExitCode.Failed;
        }
        catch (BadUsageException fault)
        {
            return ShowErrors([fault.Message], parsed, terminal);
        }
        catch (Exception fault) when (Explain(fault, parsed) is { } explanation)
        {
            terminal.Complain(explanation);
            return ExitCode.Failed;
        }
    }

    public static RootCommand Root(CommandContext context) => new(
        "Scores people and companies live, from what they do. Start with `leadgrains demo`, or `leadgrains serve` and `leadgrains import FILE`.")
    {
        ServeCommand.Build(context),
        DemoCommand.Build(context),
        ImportCommand.Build(context),
        LoadCommand.Build(context),
        RankCommand.Build(context),
        ExplainCommand.Build(context),
        SignalsCommand.Build(context),
        RefusedCommand.Build(context),
        GetCommand.Build(context),
        UpsertCommand.Build(context),
        MergeCommand.Build(context),
        ContactCommand.Build(context),
        RetentionCommand.Build(context),
        WatchCommand.Build(context),
        ChangesCommand.Build(context),
        ExportCommand.Build(context),
        WebhooksCommand.Build(context),
        ModelCommand.Build(context),
        KeysCommand.Build(context),
        AuditCommand.Build(context),
        ClusterCommand.Build(context),
        StoreCommand.Build(context),
        ConfigCommand.Build(context),
        SinkCommand.Build(context),
    };

    private static int ShowErrors(IEnumerable<string> errors, ParseResult parsed, Terminal terminal)
    {
        foreach (var error in errors)
        {
            terminal.Complain(error);
        }

        var path = string.Concat(CommandPath(parsed.CommandResult).Reverse());
        terminal.Complain($"See `leadgrains {path}--help`.");
        return ExitCode.BadUsage;
    }

    private static IEnumerable<string> CommandPath(System.CommandLine.Parsing.CommandResult? result)
    {
        for (; result?.Parent is System.CommandLine.Parsing.CommandResult parent; result = parent)
        {
            yield return result.Command.Name + " ";
        }
    }

    private static bool IsCancellation(Exception fault) =>
        fault is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled };

    /// <summary>Null for a fault of our own: that one ends the process with its stack trace, which is what mends it.</summary>
    private static string? Explain(Exception fault, ParseResult parsed) => fault switch
    {
        CommandFailedException or StoreUnusableException or JournalDamagedException or StaleEpochException or PartitionUnavailableException => fault.Message,
        RpcException rpc => ServerFaults.Explain(rpc, ServerOption.Given(parsed)),
        IOException or UnauthorizedAccessException => fault.Message,
        DbException => $"The database failed: {fault.Message}",
        _ => null,
    };
}
