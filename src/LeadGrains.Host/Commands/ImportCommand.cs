using System.CommandLine;
using Grpc.Core;
using LeadGrains.Host.Clients;
using LeadGrains.Host.Importing;
using LeadGrains.Host.Terminals;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains import FILE</c>.</summary>
internal static class ImportCommand
{
    private const string Details =
        """
        FILE holds one signal a line as JSON, in protobuf's mapping of leadgrains.v1.Signal, such as
        {"id":"1","type":"demo_requested","contactId":"c1","occurredAt":"2026-11-21T20:00:00Z"}.
        It may be gzipped. To go on after a break, run the same command again: what was recorded before counts as a
        duplicate and changes nothing. Ends with 0 if every line is recorded or a duplicate, and with 1 if any was
        rejected or is no signal; the others are recorded all the same. The first of these are shown with the field that
        is wrong, all of them with --faults.
        """;

    public static Command Build(CommandContext context)
    {
        var file = new Argument<string>("FILE") { Description = "The file, plain or gzipped; - reads standard input." };
        var batch = new Option<int>("--batch")
        {
            Description = "Signals in one batch, 1 to 10,000.",
            HelpName = "N",
            DefaultValueFactory = _ => 500,
            CustomParser = OptionText.Whole(1, 10_000),
        };
        var faults = new Option<string?>("--faults")
        { Description = "Write each line that is not recorded to this file: its number, the reason, and which field is wrong.", HelpName = "FILE" };
        var server = new ServerOption();
        var command = new DetailedCommand("import", "Sends the signals of a file to a server.", Details) { file, batch, faults };
        server.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(context, parsed.GetValue(file)!, parsed.GetValue(batch), parsed.GetValue(faults), server.Read(parsed), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandContext context, string path, int batch, string? faults, ServerTarget server, CancellationToken cancellationToken)
    {
        await using var file = Open(path);
        await using var faultFile = faults is null ? null : new StreamWriter(faults);
        using var connection = new ServerConnection(server, context.Clock);
        var summary = new ImportSummary(faultFile);
        var began = context.Clock.GetTimestamp();
        try
        {
            await context.Terminal.WithProgressAsync("Importing", context.Clock, async progress =>
            {
                using var run = new ImportRun(connection, batch, summary, progress, context.Terminal.Complain, context.Clock);
                await run.RunAsync(file, () => FractionRead(file), cancellationToken);
                return true;
            });
        }
        catch (Exception failure) when (Cause(failure, server.Address) is { } cause)
        {
            ShowSoFar(context.Terminal, summary);
            throw new CommandFailedException(cause, failure);
        }

        summary.Show(context.Terminal, context.Clock.GetElapsedTime(began));
        return summary.IsClean ? ExitCode.Done : ExitCode.Failed;
    }

    private static string? Cause(Exception failure, Uri server) => failure switch
    {
        RpcException { StatusCode: StatusCode.Cancelled } or OperationCanceledException => "Stopped before the end.",
        RpcException rpc => ServerFaults.Explain(rpc, server),
        InvalidDataException => $"The file is damaged: {failure.Message}",
        _ => null,
    };

    private static void ShowSoFar(Terminal terminal, ImportSummary summary)
    {
        if (summary.Lines > 0)
        {
            terminal.Complain($"Until then: {summary.Short()}. Run the same command again to go on; what was recorded counts as duplicates.");
        }
    }

    private static Stream Open(string path)
    {
        if (path == "-")
        {
            return Console.OpenStandardInput();
        }

        try
        {
            return new FileStream(path, new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan });
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandFailedException($"There is no file {path}.", failure);
        }
    }

    private static double? FractionRead(Stream file) => file.CanSeek && file.Length > 0 ? (double)file.Position / file.Length : null;
}
