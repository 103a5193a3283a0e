using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using LeadGrains.Host.Terminals;
using LeadGrains.V1;

namespace LeadGrains.Host.Clients;

/// <summary>Models, and what they change, as tables.</summary>
internal static class ModelTables
{
    public static void Show(Terminal terminal, ListModelsResponse answer)
    {
        var table = new TextTable().Right("version").Left("", "published", "by", "comment", "activated again", "by", "comment");
        foreach (var model in answer.Models)
        {
            var mark = model.Version == answer.ActiveVersion ? "active" : "";
            string[] again = model.ActivatedAt is null || model.ActivatedAt.Equals(model.PublishedAt)
                ? ["", "", ""]
                : [ScoreText.Exactly(model.ActivatedAt), model.ActivatedBy, model.ActivationComment];
            table.Row([$"{model.Version}", mark, ScoreText.Exactly(model.PublishedAt), model.PublishedBy, model.Comment, .. again]);
        }

        terminal.Table(table);
        if (answer.Shadow.Length > 0)
        {
            terminal.Line($"The shadow model {answer.Shadow} scores beside it.");
        }
    }

    public static void Show(Terminal terminal, PreviewModelResponse answer)
    {
        ShowDifference(terminal, "then", answer.ContactStages, answer.AccountStages, answer.ContactMoves, answer.AccountMoves);
        ShowSince(terminal, answer.SignalsSince, answer.RescoreLoss);
    }

    public static void Show(Terminal terminal, CompareShadowResponse answer)
    {
        ShowDifference(terminal, "shadow", answer.ContactStages, answer.AccountStages, answer.ContactMoves, answer.AccountMoves);
        ShowSince(terminal, answer.SignalsSince, answer.RescoreLoss);
        terminal.Line();
        terminal.Line("Stages of the shadow are those that publishing it would lead to; `rank --shadow` shows those that are held now.");
    }

    /// <summary>Each place that makes the model unusable, as compilers do.</summary>
    public static void Complain(Terminal terminal, string name, IEnumerable<ModelProblem> problems)
    {
        foreach (var problem in problems)
        {
            terminal.Complain($"{name}({problem.Line},{problem.Column}): {problem.Message}");
        }
    }

    /// <summary>Says that older signals did not count, where some were removed, and what they would have counted.</summary>
    public static void ShowSince(Terminal terminal, Timestamp? since, string loss)
    {
        if (since is not null)
        {
            terminal.Line($"Signals are kept since {ScoreText.Exactly(since)}: older ones did not count{(loss.Length == 0 ? "" : $", and {loss}")}.");
        }
    }

    private static void ShowDifference(
        Terminal terminal,
        string other,
        MapField<string, StageChange> contactStages,
        MapField<string, StageChange> accountStages,
        RepeatedField<ScoreMove> contactMoves,
        RepeatedField<ScoreMove> accountMoves)
    {
        ShowStages(terminal, "contact stage", other, contactStages);
        terminal.Line();
        ShowStages(terminal, "account stage", other, accountStages);
        terminal.Line();
        ShowMoves(terminal, "contact", other, contactMoves);
        terminal.Line();
        ShowMoves(terminal, "account", other, accountMoves);
    }

    private static void ShowStages(Terminal terminal, string title, string other, MapField<string, StageChange> stages)
    {
        var table = new TextTable().Left(title).Right("now", other, "change");
        foreach (var (stage, count) in stages)
        {
            var change = (long)count.Then - (long)count.Now;
            table.Row(Stage(stage), ScoreText.Of(count.Now), ScoreText.Of(count.Then), change > 0 ? $"+{ScoreText.Of(change)}" : ScoreText.Of(change));
        }

        terminal.Table(table);
    }

    // A model may have no stages.
    private static string Stage(string name) => name.Length == 0 ? "(no stage)" : name;

    private static void ShowMoves(Terminal terminal, string kind, string other, RepeatedField<ScoreMove> moves)
    {
        if (moves.Count == 0)
        {
            terminal.Line($"No {kind}'s total moves.");
            return;
        }

        var table = new TextTable().Left(kind).Right("now", other).Left("stage now", $"stage {other}");
        foreach (var move in moves)
        {
            table.Row(move.Id, ScoreText.Of(move.TotalNow), ScoreText.Of(move.TotalThen), Stage(move.StageNow), Stage(move.StageThen));
        }

        terminal.Table(table);
    }
}
