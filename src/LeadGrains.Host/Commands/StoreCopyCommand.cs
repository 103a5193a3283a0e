using System.CommandLine;
using System.Globalization;
using LeadGrains.Host.Composition;
using LeadGrains.Storage.Copying;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains store copy</c>.</summary>
internal static class StoreCopyCommand
{
    private const string Details =
        """
        Both are a folder, as `serve --data` takes it, or a database, as `serve --store` takes its address. No server may use
        the source, and the target must have no store yet; it gets as many partitions as the source has, and an identity of
        its own. Journal, models, the scores by the active model, keys and what else is set up are copied, then both are read to the end and compared.
        Until they are found equal no server takes the target. Broken off, the same command goes on: also where the source
        was served meanwhile. Ends with 0 if both are equal.
        """;

    public static Command Build(CommandContext context)
    {
        var from = Location("--from", "What is copied: a folder, or the address of a PostgreSQL database.");
        var to = Location("--to", "What it becomes: a folder or a database without a store.");
        var command = new DetailedCommand("copy", "Copies all data from a folder to PostgreSQL or back, and checks that both are equal.", Details) { from, to };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            context, StoreLocation.Read(parsed.GetRequiredValue(from)), StoreLocation.Read(parsed.GetRequiredValue(to)), cancellationToken));
        return command;
    }

    private static Option<string> Location(string name, string description)
    {
        var option = new Option<string>(name) { Description = description, HelpName = "STORE", Required = true };
        option.Validators.Add(result =>
        {
            if (string.IsNullOrEmpty(result.GetValueOrDefault<string>()))
            {
                result.AddError($"{name} names no folder and no database.");
            }
        });
        return option;
    }

    private static async Task<int> RunAsync(CommandContext context, StoreLocation from, StoreLocation to, CancellationToken cancellationToken)
    {
        if (from == to)
        {
            throw new BadUsageException("--from and --to name the same store.");
        }

        var began = context.Clock.GetTimestamp();
        await using var source = await OpenedStore.OpenSourceAsync(from, context.Clock, cancellationToken);
        await using var target = await OpenedStore.OpenCopyAsync(to, source, context.Clock, cancellationToken);
        var report = await CopyAsync(context, source, target, cancellationToken);
        if (report.Differences.Count > 0)
        {
            foreach (var difference in report.Differences)
            {
                context.Terminal.Complain(difference);
            }

            throw new CommandFailedException($"{target.Name} is not equal to {source.Name}, and is not finished: no server takes it.");
        }

        await target.FinishCopyAsync(cancellationToken);
        context.Terminal.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"Copied {report.Entries:N0} journal entries, {report.Grains:N0} contacts and accounts and {report.Models:N0} models in {report.Partitions} partitions, and found both equal, in {context.Clock.GetElapsedTime(began).TotalSeconds:0.0} s."));
        context.Terminal.Line($"{target.Name} can be served.");
        return ExitCode.Done;
    }

    private static async Task<CopyReport> CopyAsync(CommandContext context, OpenedStore source, OpenedStore target, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            return await context.Terminal.WithProgressAsync("Copying", context.Clock, async progress =>
            {
                var copying = new StoreCopy(
                    new StoreParts(source.Journal, source.Grains, source.Registry),
                    new StoreParts(target.Journal, target.Grains, target.Registry),
                    target.Ownership.Owned,
                    at => progress.Report(Describe(at), at.Fraction)).RunAsync(stop.Token);
                var first = await Task.WhenAny(copying, source.Lost, target.Lost);
                if (first != copying)
                {
                    await stop.CancelAsync();
                    await Task.WhenAny(copying);
                    throw new CommandFailedException((await (Task<Exception>)first).Message);
                }

                return await copying;
            });
        }
        catch (OperationCanceledException stopped) when (cancellationToken.IsCancellationRequested)
        {
            throw new CommandFailedException($"Stopped before the end: {target.Name} is not finished. Give the same command again to go on.", stopped);
        }
    }

    private static string Describe(CopyProgress at) => string.Create(CultureInfo.InvariantCulture, $"{StepOf(at.Step)}, {at.Done:N0}");

    private static string StepOf(CopyStep step) => step switch
    {
        CopyStep.Journal => "journal entries",
        CopyStep.Grains => "contacts and accounts",
        CopyStep.CheckingJournal => "comparing journal entries",
        _ => "comparing contacts and accounts",
    };
}
