using LeadGrains.Grains.Accounts;
using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Stages;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Partitions;

/// <summary>Writes what an activation knows into its partition's columns: the same for a live turn and for the past.</summary>
/// <param name="sums">How many columns of sums there are.</param>
internal sealed class ColumnWriter(int sums)
{
    private readonly double[] _sums = new double[sums];

    /// <param name="partition">The contact's.</param>
    /// <param name="contact">What is written.</param>
    /// <param name="changed">The groups that may have other points than the columns tell.</param>
    public void Write(Partition partition, ContactGrain contact, GroupSet changed)
    {
        var columns = partition.Contacts.Columns;
        var slot = contact.Slot;
        TakeStanding(columns, contact);
        if (!contact.ScoreChanged)
            return;
        var written = contact.Intent.SumsInto(columns.ModelOf(slot), columns.Sums.Landmarks, _sums, changed);
        if (contact.TraitsChanged || Falls(columns.Sums, slot, written))
            StageEvaluation.Reset(columns, slot);
        columns.SetPoints(slot, _sums, written, contact.LastSignalAt, contact.Intent.Velocity);
        columns.SetFlags(slot, RankFlags.HasEntry, on: !contact.IsRedirect);
        if (contact.IsRedirect)
            columns.SetFlags(slot, RankFlags.HasSignal, on: false);
        if (contact.TraitsChanged)
        {
            columns.SetFit(slot, contact.Fit);
            columns.SetTraits(slot, contact.Traits);
            columns.SetFlags(slot, RankFlags.Disqualified, contact.Disqualifier is not null);
            partition.Links.SetRole(slot, contact.RoleWeight, contact.Role);
        }

        ref var owed = ref partition.Links.Terms(slot);
        owed.Run = contact.Run;
        owed.EngagedAt = contact.EngagedAt;
    }

    public void Write(Partition partition, AccountGrain account)
    {
        var columns = partition.Accounts.Columns;
        var slot = account.Slot;
        TakeStanding(columns, account);
        if (account.WokeUpAt != Instant.Min)
            partition.News.WokeUp[slot] = account.WokeUpAt;
        if (account.SurgingSince != Instant.Min)
            partition.News.Surging.Add(slot);
        else if (partition.News.Surging.Count > 0)
            partition.News.Surging.Remove(slot);
        if (!account.ScoreChanged)
            return;
        account.Intent.SumsInto(columns.ModelOf(slot), columns.Sums.Landmarks, _sums);
        columns.SetPoints(slot, _sums, GroupSet.All, account.LastSignalAt, account.Intent.Velocity, account.Run);
        columns.SetFlags(slot, RankFlags.HasEntry, account.HasEntry);
        columns.SetFlags(slot, RankFlags.Disqualified, account.Disqualifier is not null);
        columns.SetFit(slot, account.Fit);
        columns.SetTraits(slot, account.Traits);
        StageEvaluation.Reset(columns, slot);
    }

    // A stage or threshold that was proposed has come, or something else took its place: the grain may be looked at again.
    private static void TakeStanding(RankColumns columns, Grain grain)
    {
        // Exits by themselves too: a replay that enters and leaves a stage ends where it began, but may not enter again.
        if (columns.Stage[grain.Slot] == grain.Stage && columns.Reached[grain.Slot] == grain.Reached && columns.ExitsOf(grain.Slot) == grain.StageExits)
            return;
        columns.Stage[grain.Slot] = grain.Stage;
        columns.Reached[grain.Slot] = grain.Reached;
        columns.TakeExits(grain.Slot, grain.StageExits);
        StageEvaluation.Reset(columns, grain.Slot);
    }

    // Sums are relative to a landmark: time alone leaves them as they are, so that only signals make them smaller.
    private bool Falls(DecaySums sums, int slot, GroupSet written)
    {
        for (var i = 0; i < _sums.Length; i++)
        {
            if (written.Holds(i) && _sums[i] < sums[i][slot])
                return true;
        }

        return false;
    }
}
