using System.Globalization;
using LeadGrains.V1;

namespace LeadGrains.Host.Clients;

/// <summary>Changes, and their sorts, in words.</summary>
internal static class ChangeText
{
    /// <summary>What options call the sorts.</summary>
    public static IReadOnlyList<string> Types { get; } = ["stage", "surge", "wake-up", "threshold"];

    /// <summary>The sort that an option names.</summary>
    public static ChangeType TypeOf(string word) => word switch
    {
        "surge" => ChangeType.Surge,
        "wake-up" => ChangeType.WakeUp,
        "threshold" => ChangeType.Threshold,
        _ => ChangeType.Stage,
    };

    /// <summary>What options call the sort.</summary>
    public static string WordOf(ChangeType type) => type switch
    {
        ChangeType.Surge => "surge",
        ChangeType.WakeUp => "wake-up",
        ChangeType.Threshold => "threshold",
        ChangeType.Stage => "stage",
        _ => string.Create(CultureInfo.InvariantCulture, $"type {(int)type}, which this program does not know"),
    };

    /// <summary>One line that says what happened to whom.</summary>
    public static string Of(Change change)
    {
        var whose = change.Kind == GrainKind.Contact ? $"contact {change.ContactId}" : $"account {change.AccountId}";
        return $"{ScoreText.Exactly(change.At)}  {whose}: {What(change)}";
    }

    private static string What(Change change) => change.WhatCase switch
    {
        Change.WhatOneofCase.Stage => $"{change.Stage.FromStage} -> {change.Stage.ToStage}  ({change.Stage.Reason})",
        Change.WhatOneofCase.Surge => $"surges  ({ScoreText.Of(change.Surge.Gained)} points in seven days, {ScoreText.Of(change.Surge.Before)} in the seven before)",
        Change.WhatOneofCase.WakeUp => $"woke up  (slept since {ScoreText.Of(change.WakeUp.DormantSince)})",
        Change.WhatOneofCase.Threshold => Crossing(change.Threshold),
        _ => "something that this version of the command does not know",
    };

    private static string Crossing(ThresholdCrossing crossing)
    {
        var score = crossing.Score switch
        {
            ScoreKind.Fit => "fit",
            ScoreKind.Intent => "intent",
            _ => "total",
        };
        return crossing.Reached
            ? $"reached {crossing.Threshold}  ({score} {ScoreText.Of(crossing.Value)}, at least {ScoreText.Of(crossing.Level)})"
            : $"fell below {crossing.Threshold}  ({score} {ScoreText.Of(crossing.Value)}, below {ScoreText.Of(crossing.Level)})";
    }
}
