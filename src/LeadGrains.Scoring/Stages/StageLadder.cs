using System.Collections.Immutable;

namespace LeadGrains.Scoring;

/// <summary>
/// The ordered stages of contacts or of accounts. The first is held from the start and asks for nothing. A stage asks
/// for its lower level while it or a higher one is held, so that a score about a threshold does not flap.
/// </summary>
public sealed class StageLadder
{
    internal StageLadder(ImmutableArray<Stage> stages) => Stages = stages;

    /// <summary>The stages, lowest first; may be empty.</summary>
    public ImmutableArray<Stage> Stages { get; }

    /// <summary>There is nothing to change between: one stage or none.</summary>
    public bool IsTrivial => Stages.Length <= 1;

    /// <summary>The stage's place; 0 for the empty name of a grain that never changed; -1 for a name not on the ladder.</summary>
    public int IndexOf(string name)
    {
        if (name.Length == 0)
            return 0;
        for (var i = 0; i < Stages.Length; i++)
        {
            if (string.Equals(Stages[i].Name, name, StringComparison.Ordinal))
                return i;
        }

        return -1;
    }

    /// <summary>The name of that place; empty for place 0 of an empty ladder.</summary>
    public string NameOf(int index) => Stages.IsEmpty && index == 0 ? "" : Stages[index].Name;

    /// <summary>
    /// The stage that should be held: the last whose conditions hold, where the level is `leave` for the held stage and
    /// those below it and `enter` for those above.
    /// </summary>
    /// <param name="held">The place of the stage held now.</param>
    /// <param name="total">Total score, 0 to 100.</param>
    /// <param name="fit">Fit, 0 to 100.</param>
    public int Evaluate(int held, double total, double fit) => Last(Stages.Length - 1, held, total, fit);

    /// <summary>The stage to show: the held one, lowered by `leave`, never raised.</summary>
    public int Shown(int held, double total, double fit) => Last(Math.Min(held, Stages.Length - 1), held, total, fit);

    private int Last(int from, int held, double total, double fit)
    {
        for (var i = from; i > 0; i--)
        {
            var stage = Stages[i];
            if (total >= (i <= held ? stage.Leave : stage.Enter) && fit >= stage.MinFit)
                return i;
        }

        return 0;
    }
}
