using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using LeadGrains.Gateway.Values;
using LeadGrains.Grains;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Models;

/// <summary>Models, and what they would change, on the wire.</summary>
internal static class ModelMessages
{
    public static V1.Model Write(StoredModel model, bool withDocument = true) => new()
    {
        Version = model.Version,
        Yaml = withDocument ? model.Yaml : "",
        PublishedBy = model.PublishedBy,
        PublishedAt = TimeOf(model.PublishedAt),
        Comment = model.Comment,
        ActivatedBy = model.Activated.By,
        ActivatedAt = TimeOf(model.Activated.At),
        ActivationComment = model.Activated.Comment,
    };

    // When everyone's model came is not told to a workspace that began with it.
    private static Timestamp? TimeOf(Instant at) => at == Instant.Min ? null : Timestamps.Write(at);

    public static V1.PreviewModelResponse WriteProblems(IEnumerable<ModelProblem> problems)
    {
        var message = new V1.PreviewModelResponse();
        message.Problems.AddRange(problems.Select(problem => new V1.ModelProblem
        {
            Line = (uint)problem.Line,
            Column = (uint)problem.Column,
            Message = problem.Message,
        }));
        return message;
    }

    public static V1.PreviewModelResponse WritePreview(ModelDifference difference, RemovedSignals removed)
    {
        var message = new V1.PreviewModelResponse { SignalsSince = removed.Since, RescoreLoss = removed.Loss };
        Add(difference.Contacts, message.ContactStages, message.ContactMoves);
        Add(difference.Accounts, message.AccountStages, message.AccountMoves);
        return message;
    }

    public static V1.CompareShadowResponse WriteComparison(ModelDifference difference, RemovedSignals removed)
    {
        var message = new V1.CompareShadowResponse { SignalsSince = removed.Since, RescoreLoss = removed.Loss };
        Add(difference.Contacts, message.ContactStages, message.ContactMoves);
        Add(difference.Accounts, message.AccountStages, message.AccountMoves);
        return message;
    }

    private static void Add(KindDifference difference, MapField<string, V1.StageChange> stages, RepeatedField<V1.ScoreMove> moves)
    {
        foreach (var (name, count) in difference.Stages)
            stages.Add(name, new V1.StageChange { Now = count.Now, Then = count.Then });
        moves.AddRange(difference.Moves.Select(move => new V1.ScoreMove
        {
            Id = move.Id,
            TotalNow = move.TotalNow,
            TotalThen = move.TotalThen,
            StageNow = move.StageNow,
            StageThen = move.StageThen,
        }));
    }
}
