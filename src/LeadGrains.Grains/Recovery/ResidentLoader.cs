using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using LeadGrains.Grains.Codecs;
using LeadGrains.Grains.Names;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Rollup;
using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Wire;
using LeadGrains.Scoring;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Recovery;

/// <summary>
/// Fills the columns of some of a loop's partitions from the rows, without bringing any grain to life and without an
/// object for each. Touches no other partition, so that several work side by side.
/// </summary>
/// <remarks>
/// A start that loads a million is over before the runtime would have found out that these methods are worth optimizing.
/// </remarks>
internal sealed class ResidentLoader
{
    private readonly RecoveryLane _lane;
    private readonly ResidentFields _fields = new();
    private readonly Dictionary<(ScoringModel Model, bool IsAccount), KnownTraits> _traits = [];
    private KnownTraits _contactTraits;
    private KnownTraits _accountTraits;
    private readonly RestatedSums _contactSums;
    private readonly RestatedSums _accountSums;
    private string _workspace = "";
    private ushort _workspaceCode;
    private ulong _contactSeed;
    private ulong _accountSeed;

    public ResidentLoader(RecoveryLane lane)
    {
        _lane = lane;
        var sums = lane.Node.Models.Set.Columns.Length;
        _contactSums = new RestatedSums(sums);
        _accountSums = new RestatedSums(sums);
        TakeWorkspace(Workspaces.Default);
    }

    public void Run(CancellationToken cancellationToken)
    {
        _lane.FollowClock();
        foreach (var (first, last) in _lane.Ranges())
        {
            foreach (var row in _lane.Node.Store.ReadResidents(first, last, cancellationToken))
                Load(row);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Load(in ResidentRow row)
    {
        if (row.ModelVersion != _lane.Node.ModelVersion)
        {
            throw new StoreUnusableException(
                $"\"{row.Key.Id}\" was scored under model version {row.ModelVersion}, and {_lane.Node.ModelVersion} is active. "
                + "Start with the model that the store was scored under.");
        }

        if (!ReferenceEquals(row.Workspace, _workspace))
            TakeWorkspace(row.Workspace);
        _fields.Read(row.Resident.Span);
        FollowClock();
        var partition = _lane[row.Partition];
        if (row.Kind == GrainKind.Contact)
            LoadContact(partition, row);
        else
            LoadAccount(partition, row);
    }

    [MemberNotNull(nameof(_contactTraits), nameof(_accountTraits))]
    private void TakeWorkspace(string workspace)
    {
        _contactTraits = TraitsOf(workspace, isAccount: false);
        _accountTraits = TraitsOf(workspace, isAccount: true);
        _workspace = workspace;
        _workspaceCode = _lane.Node.Workspaces.CodeOf(workspace);
        _contactSeed = KeyHash.Seed(workspace, GrainKind.Contact);
        _accountSeed = KeyHash.Seed(workspace, GrainKind.Account);
    }

    private KnownTraits TraitsOf(string workspace, bool isAccount)
    {
        var model = _lane.Node.ModelOf(workspace);
        if (!_traits.TryGetValue((model, isAccount), out var traits))
            _traits.Add((model, isAccount), traits = new KnownTraits(model, isAccount, _lane.Node.Models.Set.Filters(isAccount)));
        return traits;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void LoadContact(Partition partition, in ResidentRow row)
    {
        var columns = partition.Contacts.Columns;
        var slot = Admit(partition, row, _contactSeed);
        var standing = LoadPoints(columns, slot, row, _contactSums, _contactTraits);
        columns.SetFlags(slot, RankFlags.HasEntry, on: true);
        partition.Links.SetRole(slot, _fields.RoleWeight, standing.Role);
        if (!_fields.AccountId.IsEmpty)
        {
            ref var owed = ref partition.Links.Terms(slot);
            owed.Run = _fields.Run;
            owed.EngagedAt = _fields.EngagedAt;
            partition.Links.SetAccount(slot, ReferTo(partition, _fields.AccountId.In(row.Resident.Span)));
            columns.SetFlags(slot, RankFlags.HasAccount, on: true);
        }

        if (!_fields.SoughtCompany.IsEmpty)
            partition.Names.Sought.Replace(slot, CompanyName.Normalise(TextOf(row, _fields.SoughtCompany)) ?? "");
        if (_fields.HasMore)
            LoadMoreOfContact(partition, slot, Stored.ResidentState.Parser.ParseFrom(row.Resident.Span));
    }

    private void LoadMoreOfContact(Partition partition, int slot, Stored.ResidentState state)
    {
        var columns = partition.Contacts.Columns;
        columns.SetFlags(slot, RankFlags.HasEntry, on: state.MergedInto.Length == 0 && !state.Erased);
        if (state.Erased)
            partition.Redirects.Erase(slot, state.MayReturn);
        else if (state.MergedInto.Length > 0)
            partition.Redirects.Add(slot, state.MergedInto, state.MergePending);
        if (state.WakeUpDue)
            partition.Woken.Add(slot, _fields.Run);
        foreach (var former in state.FormerAccountIds)
            partition.FormerAccounts.Add(slot, new FormerAccount(partition.ReferTo(_workspaceCode, former), (long)state.LastSequence));
        columns.TakeExits(slot, StageExitCodec.FromStored(state.StageExits, columns.ModelOf(slot).ContactStages));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void LoadAccount(Partition partition, in ResidentRow row)
    {
        var columns = partition.Accounts.Columns;
        var slot = Admit(partition, row, _accountSeed);
        LoadPoints(columns, slot, row, _accountSums, _accountTraits);
        columns.SetFlags(slot, RankFlags.HasEntry, _fields.HasEntry);
        var name = TextOf(row, _fields.Name);
        if (_fields.HasMore)
            LoadMoreOfAccount(partition, slot, name, Stored.ResidentState.Parser.ParseFrom(row.Resident.Span));
        else if (name.Length > 0)
            partition.Names.Accounts.Take(slot, name, keys: null, claimant: "");
    }

    private void LoadMoreOfAccount(Partition partition, int slot, string name, Stored.ResidentState state)
    {
        var columns = partition.Accounts.Columns;
        columns.TakeExits(slot, StageExitCodec.FromStored(state.StageExits, columns.ModelOf(slot).AccountStages));
        if (state.HasWokeUpAtTicks)
            partition.News.WokeUp[slot] = new Instant(state.WokeUpAtTicks);
        if (state.HasSurgingSinceTicks)
            partition.News.Surging.Add(slot);
        partition.Parents.Link(slot, state.ParentAccountId);
        _lane.Settlement.TakeClaim(partition, slot, state.ClaimedBy);
        if (name.Length == 0 && state.CompanyNames.Count == 0)
            return;
        var keys = state.CompanyNames.Count > 0 ? NameKeys.Of(name, state.CompanyNames) : null;
        partition.Names.Accounts.Take(slot, name, keys, partition.Claimants.GetValueOrDefault(slot, ""));
    }

    // Every trait that a role or a disqualifier looks at has a column, so the row's are enough to tell.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private TraitStanding LoadPoints(RankColumns columns, int slot, in ResidentRow row, RestatedSums sums, KnownTraits traits)
    {
        columns.SetPoints(slot, sums.Of(_fields.Sums, columns.Sums), GroupSet.All, _fields.LastSignalAt, _fields.Velocity, _fields.Run);
        columns.SetFit(slot, _fields.Fit);
        columns.LastSequence[slot] = _fields.LastSequence;
        columns.Reached[slot] = _fields.Reached;
        columns.Stage[slot] = (byte)Math.Max(0, columns.ModelOf(slot).Stages(columns.IsAccount).IndexOf(row.Stage));
        traits.Begin();
        foreach (var range in _fields.Traits)
        {
            var trait = traits.Add(range.In(row.Resident.Span));
            if (trait.Column >= 0)
                columns.Traits[trait.Column].Set(slot, trait.Value);
        }

        var standing = traits.Standing();
        columns.SetFlags(slot, RankFlags.Disqualified, standing.Disqualifier is not null);
        return standing;
    }

    // The clock may have been set back since the row was written: it stood at the landmarks then, and at the last signal.
    private void FollowClock()
    {
        _lane.NotBefore(_fields.LastSignalAt);
        foreach (var sum in _fields.Sums)
            _lane.NotBefore(sum.At);
    }

    private static string TextOf(in ResidentRow row, ByteRange text) => text.IsEmpty ? "" : Encoding.UTF8.GetString(text.In(row.Resident.Span));

    private int ReferTo(Partition partition, ReadOnlySpan<byte> accountId) =>
        partition.AccountRefs.FindOrAdd(KeyHash.Of(_accountSeed, accountId), _workspaceCode, accountId);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Admit(Partition partition, in ResidentRow row, ulong seed)
    {
        var id = row.IdUtf8.Span;
        var slot = partition.KeysOf(row.Kind).FindOrAdd(KeyHash.Of(seed, id), _workspaceCode, id, out _);
        partition.Admit(row.Kind, slot);
        if (row.Place != 0)
            _lane.PlacesOf(partition).Set(row.Kind, slot, row.Place);
        return slot;
    }
}
