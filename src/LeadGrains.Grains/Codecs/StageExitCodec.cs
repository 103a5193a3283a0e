using LeadGrains.Scoring;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Codecs;

/// <summary>Falls below stages as rows keep them: by name, since a ladder may change.</summary>
internal static class StageExitCodec
{
    public static IEnumerable<Stored.StageExit> ToStored(StageExits exits, StageLadder ladder) =>
        exits.All.Select(exit => new Stored.StageExit { Stage = ladder.NameOf(exit.Stage), AtTicks = exit.At.Ticks });

    public static StageExits FromStored(IEnumerable<Stored.StageExit> stored, StageLadder ladder) =>
        StageExits.Restore(stored
            .Select(exit => new StageExit(ladder.IndexOf(exit.Stage), new Instant(exit.AtTicks)))
            .Where(exit => exit.Stage > 0));
}
