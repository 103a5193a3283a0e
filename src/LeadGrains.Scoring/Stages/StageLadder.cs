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
    /// <param name="exits">When it fell below stages; null where it never did. One that still cools down is not entered.</param>
    /// <param name="at">The instant of the scores.</param>
    public int Evaluate(int held, double total, double fit, StageExits? exits = null, Instant at = default)
    {
        for (var i = Stages.Length - 1; i > held; i--)
        {
            var stage = Stages[i];
            if (total >= stage.Enter && fit >= stage.MinFit && (exits is null || exits.FreeAt(this, i) <= at))
                return i;
        }

        return Shown(held, total, fit);
    }

    /// <summary>The stage to show: the held one, lowered by `leave`, never raised.</summary>
    public int Shown(int held, double total, double fit)
    {
        for (var i = Math.Min(held, Stages.Length - 1); i > 0; i--)
        {
            if (total >= Stages[i].Leave && fit >= Stages[i].MinFit)
                return i;
        }

        return 0;
    }
}
