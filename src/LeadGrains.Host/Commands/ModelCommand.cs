using System.CommandLine;
using LeadGrains.Host.Clients;
using LeadGrains.Host.Terminals;
using LeadGrains.Scoring;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains model</c>: looks at scoring models, and changes the one that scores.</summary>
internal static class ModelCommand
{
    public static Command Build(CommandContext context) => new("model", "Looks at scoring models, and changes the one that scores.")
    {
        BuildCheck(context),
        BuildDocs(context),
        ModelListCommand.Build(context),
        ModelPreviewCommand.Build(context),
        ModelShadowCommand.Build(context),
        ModelPublishCommand.Build(context),
    };

    private static DetailedCommand BuildCheck(CommandContext context)
    {
        var files = new Argument<string[]>("FILE") { Description = "The model's YAML document, or several.", Arity = ArgumentArity.OneOrMore };
        var command = new DetailedCommand(
            "check",
            "Says what is wrong with a model, with line and column, and what is hardly meant.",
            "Needs no server. Ends with 0 if every model can be used, with hints or without, and with 1 if not.") { files };
        command.SetAction((parsed, cancellationToken) => CheckAsync(context, parsed.GetValue(files)!, cancellationToken));
        return command;
    }

    private static DetailedCommand BuildDocs(CommandContext context)
    {
        var file = new Argument<string?>("FILE") { Description = "The model's YAML document; without it, the default model.", Arity = ArgumentArity.ZeroOrOne };
        var command = new DetailedCommand(
            "docs",
            "Writes what a model means as Markdown: every group, rule, fit line, role and stage, with worked examples.",
            "Needs no server.") { file };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var model = parsed.GetValue(file) is { } path ? await ReadAsync(context.Terminal, path, cancellationToken) : DefaultModel.Model;
            if (model is null)
            {
                return ExitCode.Failed;
            }

            context.Terminal.Output.Write(ModelDocument.Write(model));
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<int> CheckAsync(CommandContext context, string[] paths, CancellationToken cancellationToken)
    {
        var code = ExitCode.Done;
        foreach (var path in paths)
        {
            if (await ReadAsync(context.Terminal, path, cancellationToken) is { } model)
            {
                ShowFine(context.Terminal, paths.Length > 1 ? path + ": " : "", model);
            }
            else
            {
                code = ExitCode.Failed;
            }
        }

        return code;
    }

    private static void ShowFine(Terminal terminal, string of, ScoringModel model)
    {
        foreach (var hint in ModelHints.Of(model))
        {
            terminal.Line($"{of}Hint: {hint}.");
        }

        terminal.Line(
            $"{of}The model {model.Name} is fine: {Count(model.Rules.Length, "rule")} in {Count(model.Groups.Length, "group")}, "
            + $"{Count(model.ContactStages.Stages.Length, "stage")} of contacts and {ScoreText.Of((long)model.AccountStages.Stages.Length)} of accounts.");

        static string Count(long count, string thing) => ScoreText.Of(count, thing);
    }

    /// <summary>Null where the model cannot be used, which has been told.</summary>
    private static async Task<ScoringModel?> ReadAsync(Terminal terminal, string path, CancellationToken cancellationToken)
    {
        var read = ModelReader.Read(await ModelArguments.ReadFileAsync(path, cancellationToken));
        foreach (var problem in read.Problems)
        {
            terminal.Complain($"{path}({problem.Line},{problem.Column}): {problem.Message}");
        }

        return read.Model;
    }
}
