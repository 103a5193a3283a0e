using System.CommandLine;
using LeadGrains.Host.Serving;
using LeadGrains.Host.Settings;
using LeadGrains.Host.Terminals;
using LeadGrains.Scoring;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains config</c>: says what `serve` would be told.</summary>
internal static class ConfigCommand
{
    private const string CheckDetails =
        """
        Takes what `serve` takes. Every setting is shown with its value, without passwords, and where that comes from: a flag, a variable, the settings file, or nowhere.
        Ends with 0 if it could be served like that. Starts nothing, and opens no store.
        """;

    public static Command Build(CommandContext context) => new("config", "Says what serve is told by flags, environment and settings file.")
    {
        BuildCheck(context),
        BuildDocs(context),
    };

    private static DetailedCommand BuildCheck(CommandContext context)
    {
        var command = new DetailedCommand("check", "Shows what counts and where it comes from, and says whether it can be served.", CheckDetails);
        var options = new ServeOptions();
        options.AddTo(command);
        command.SetAction(async (given, cancellationToken) =>
        {
            var settings = EffectiveSettings.Read(given, context.Variables);
            Show(context.Terminal, settings);
            var serving = options.Read(settings.Parsed)();
            using (serving.Endpoints)
            {
                ShowEndpoints(context.Terminal, serving);
                ShowRetention(context.Terminal, serving);
            }

            await WarnOfLossAsync(context.Terminal, serving, cancellationToken);

            return Judge(context.Terminal, settings.UnknownVariables);
        });
        return command;
    }

    private static DetailedCommand BuildDocs(CommandContext context)
    {
        var command = new DetailedCommand("docs", "Writes all settings as Markdown.", "Needs no server.");
        command.SetAction(_ => context.Terminal.Output.Write(SettingsDocument.Write(EffectiveSettings.Of(ServeCommand.Build(context)))));
        return command;
    }

    private static void Show(Terminal terminal, EffectiveSettings settings)
    {
        var table = new TextTable().Left("SETTING", "VALUE", "FROM");
        foreach (var one in settings.All)
        {
            table.Row(one.Setting.Key, one.Shown, one.Origin);
        }

        terminal.Table(table);
    }

    private static void ShowEndpoints(Terminal terminal, ServeSettings serving)
    {
        foreach (var endpoint in serving.Endpoints?.All ?? [])
        {
            terminal.Line($"Listens at {endpoint.Url} ({endpoint.Name} of the settings).");
        }
    }

    private static void ShowRetention(Terminal terminal, ServeSettings serving)
    {
        if (RetentionTrail.WhatGoes(serving.Engine.Retention) is { } what)
        {
            terminal.Line(what);
        }
    }

    // Of a store that has another model the server tells when it starts.
    private static async Task WarnOfLossAsync(Terminal terminal, ServeSettings serving, CancellationToken cancellationToken)
    {
        var model = await ModelChoice.ReadAsync(serving.ModelFile, cancellationToken) ?? DefaultModel.Model;
        if (RetentionTrail.LossOf(serving.Engine.Retention, model) is { } loss)
        {
            terminal.Complain(loss);
        }
    }

    private static int Judge(Terminal terminal, IReadOnlyList<string> unknownVariables)
    {
        foreach (var name in unknownVariables)
        {
            terminal.Complain($"{name} is in the environment, and no setting is called so.");
        }

        if (unknownVariables.Count > 0)
        {
            return ExitCode.BadUsage;
        }

        terminal.Line("The settings can be served.");
        return ExitCode.Done;
    }
}
