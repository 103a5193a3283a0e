using System.CommandLine;
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
        var file = new Argument<string>("FILE") { Description = "The model's YAML document." };
        var command = new DetailedCommand(
            "check",
            "Says what is wrong with a model, with line and column, and what is hardly meant.",
            "Needs no server. Ends with 0 if the model can be used, with hints or without, and with 1 if not.") { file };
        command.SetAction((parsed, cancellationToken) => CheckAsync(context, parsed.GetValue(file)!, cancellationToken));
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
            var model = parsed.GetValue(file) is { } path ? (await ReadAsync(path, cancellationToken)).Model : DefaultModel.Model;
            if (model is null)
            {
                throw new CommandFailedException($"The model cannot be used. See `leadgrains model check {parsed.GetValue(file)}`.");
            }

            context.Terminal.Output.Write(ModelDocument.Write(model));
        });
        return command;
    }

    private static async Task<int> CheckAsync(CommandContext context, string path, CancellationToken cancellationToken)
    {
        var read = await ReadAsync(path, cancellationToken);
        foreach (var problem in read.Problems)
        {
            context.Terminal.Complain($"{path}({problem.Line},{problem.Column}): {problem.Message}");
        }

        if (read.Model is not { } model)
        {
            return ExitCode.Failed;
        }

        foreach (var hint in ModelHints.Of(model))
        {
            context.Terminal.Line($"Hint: {hint}.");
        }

        context.Terminal.Line(
            $"The model {model.Name} is fine: {model.Rules.Length} rules in {model.Groups.Length} groups, {model.ContactStages.Stages.Length} stages of contacts and {model.AccountStages.Stages.Length} of accounts.");
        return ExitCode.Done;
    }

    private static async Task<ModelReadResult> ReadAsync(string path, CancellationToken cancellationToken) =>
        ModelReader.Read(await ModelArguments.ReadFileAsync(path, cancellationToken));
}
