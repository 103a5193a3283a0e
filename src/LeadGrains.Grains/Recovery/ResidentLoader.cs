using System.Text;
using LeadGrains.Grains.Codecs;
using LeadGrains.Grains.Names;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Rollup;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Recovery;

/// <summary>Fills the columns of a loop's partitions from the rows, without bringing any grain to life.</summary>
internal sealed class ResidentLoader(PartitionLoop loop)
{
    private readonly double[] _sums = new double[loop.Node.Model.Columns.Length];

    public void Run(CancellationToken cancellationToken)
    {
        var first = loop.Partitions[0].Index;
        var last = loop.Partitions[^1].Index;
        foreach (var row in loop.Node.Store.ReadResidents(first, last, cancellationToken))
            Load(row);
    }

    private void Load(in ResidentRow row)
    {
        if (row.ModelVersion != loop.Node.ModelVersion)
        {
            throw new StoreUnusableException(
                $"\"{row.Key.Id}\" was scored under model version {row.ModelVersion}, and {loop.Node.ModelVersion} is active. "
                + "Start with the model that the store was scored under.");
        }

        var state = Stored.ResidentState.Parser.ParseFrom(row.Resident.Span);
        var partition = loop.Map[row.Partition];
        if (row.Key.Kind == GrainKind.Contact)
            LoadContact(partition, row, state);
        else
            LoadAccount(partition, row, state);
    }

    private void LoadContact(Partition partition, in ResidentRow row, Stored.ResidentState state)
    {
        var slot = Admit(partition, row.Key);
        var columns = partition.Contacts.Columns;
        var traits = LoadPoints(columns, slot, row, state);
        columns.SetFlags(slot, RankFlags.HasEntry, on: state.MergedInto.Length == 0);
        if (state.MergedInto.Length > 0)
            partition.Redirects.Add(slot, state.MergedInto, state.MergePending);
        ref var link = ref partition.Links[slot];
        link.Weight = state.RoleWeight;
        link.Role = (byte)(RoleWeight.IndexOf(loop.Node.Model, traits) + 1);
        link.Run = ActivityCodec.FromStored(state.Run);
        link.EngagedAt = state.HasEngaged ? new Instant(state.EngagedAtTicks) : Instant.Min;
        var workspace = columns.Keys.WorkspaceOf(slot);
        if (state.AccountId.Length > 0)
            partition.Links.SetAccount(slot, partition.ReferTo(workspace, state.AccountId));
        columns.SetFlags(slot, RankFlags.HasAccount, state.AccountId.Length > 0);
        if (state.SoughtCompany.Length > 0)
            partition.Names.Sought.Replace(slot, CompanyName.Normalise(state.SoughtCompany) ?? "");
        foreach (var former in state.FormerAccountIds)
            partition.FormerAccounts.Add(slot, new FormerAccount(partition.ReferTo(workspace, former), (long)state.LastSequence));
    }

    private void LoadAccount(Partition partition, in ResidentRow row, Stored.ResidentState state)
    {
        var slot = Admit(partition, row.Key);
        LoadPoints(partition.Accounts.Columns, slot, row, state);
        partition.Accounts.Columns.SetFlags(slot, RankFlags.HasEntry, state.HasEntry);
        if (state.Name.Length > 0)
            partition.AccountNames[slot] = state.Name;
        if (state.HasWokeUpAtTicks)
            partition.WokeUp[slot] = new Instant(state.WokeUpAtTicks);
        partition.Parents.Link(slot, state.ParentAccountId);
        loop.Settlement.TakeClaim(partition, slot, state.ClaimedBy);
        if (state.Name.Length > 0 || state.CompanyNames.Count > 0)
            partition.Names.Take(slot, new StatedNames(NameKeys.Of(state.Name, state.CompanyNames), partition.Claimants.GetValueOrDefault(slot, "")));
    }

    // Every trait that a role or a disqualifier looks at has a column, so the row's are enough to tell.
    private Dictionary<string, TraitValue> LoadPoints(RankColumns columns, int slot, in ResidentRow row, Stored.ResidentState state)
    {
        FollowClockOf(state);
        ResidentCodec.SumsInto(state, columns.Sums, _sums);
        var lastSignalAt = state.HasSignal ? new Instant(state.LastSignalAtTicks) : Instant.Min;
        columns.SetPoints(slot, _sums, GroupSet.All, lastSignalAt, IntentCodec.FromStored(state.Velocity), ActivityCodec.FromStored(state.Run));
        columns.SetFit(slot, state.Fit);
        columns.LastSequence[slot] = (long)state.LastSequence;
        columns.Stage[slot] = (byte)Math.Max(0, loop.Node.Model.Stages(columns.IsAccount).IndexOf(row.Stage));
        var traits = ResidentCodec.TraitsOf(state);
        columns.SetTraits(slot, traits);
        columns.SetFlags(slot, RankFlags.Disqualified, Disqualifier.FirstOf(loop.Node.Model.Disqualifiers(columns.IsAccount), traits) is not null);
        columns.TakeExits(slot, StageExitCodec.FromStored(state.StageExits, loop.Node.Model.Stages(columns.IsAccount)));
        return traits;
    }

    // The clock may have been set back since the row was written: it stood at the landmarks then, and at the last signal.
    private void FollowClockOf(Stored.ResidentState state)
    {
        if (state.HasSignal)
            loop.Node.NotBefore(new Instant(state.LastSignalAtTicks));
        foreach (var sum in state.Sums)
            loop.Node.NotBefore(new Instant(sum.AtTicks));
        loop.FollowClock(loop.Node.Now());
    }

    private int Admit(Partition partition, GrainKey key)
    {
        var slot = partition.KeysOf(key.Kind).FindOrAdd(KeyHash.Of(key), loop.Node.Workspaces.CodeOf(key.Workspace), Encoding.UTF8.GetBytes(key.Id), out _);
        partition.Admit(key.Kind, slot);
        return slot;
    }
}
