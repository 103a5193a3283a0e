using LeadGrains.Grains.Wire;
using LeadGrains.Scoring;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Codecs;

/// <summary>Falls below stages as rows keep them: by name, since a ladder may change.</summary>
internal static class StageExitCodec
{
    public static void Write(MessageWriter to, int field, StageExits exits, StageLadder ladder)
    {
        foreach (var exit in exits.All)
        {
            var begun = to.Begin(field);
            to.Text(Stored.StageExit.StageFieldNumber, ladder.NameOf(exit.Stage));
            to.Number(Stored.StageExit.AtTicksFieldNumber, exit.At.Ticks);
            to.End(begun);
        }
    }

    public static StageExits FromStored(IEnumerable<Stored.StageExit> stored, StageLadder ladder) =>
        StageExits.Restore(stored
            .Select(exit => new StageExit(ladder.IndexOf(exit.Stage), new Instant(exit.AtTicks)))
            .Where(exit => exit.Stage > 0));
}
