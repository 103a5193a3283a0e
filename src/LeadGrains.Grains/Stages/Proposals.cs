using System.Text;
using LeadGrains.Grains.Codecs;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Requests;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Stages;

/// <summary>
/// Entries that the loop itself proposes: changes of stage, thresholds that are crossed, who woke up or surges, and contacts that follow a claimed
/// domain or a company's name. They join the
/// next turn; each becomes true only when it has been journalled and applied.
/// </summary>
internal sealed class Proposals(PartitionLoop loop)
{
    /// <summary>At most so many in one turn, that callers' signals are not held up.</summary>
    public const int PerTurn = 1_000;

    private const int StaysMax = 262_144;

    private readonly Dictionary<string, Queue<GrainEntry>> _waiting = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Partition, GrainKind Kind, int Slot), (int Left, bool AnyRefused)> _changesOut = [];
    private readonly HashSet<(int Partition, GrainKind Kind, int Slot, string Threshold)> _changesUnderWay = [];
    private readonly HashSet<(int Partition, GrainKind Kind, int Slot)> _wakeUpsOut = [];
    private readonly HashSet<(int Partition, int Slot)> _surgesOut = [];
    private readonly Dictionary<(int Partition, int Slot), int> _movesOut = [];
    private readonly HashSet<(int Partition, int Slot, int AccountRef)> _stays = [];
    private readonly HashSet<(int Partition, int Slot)> _matchesOut = [];

    public bool Any => _waiting.Count > 0;

    /// <summary>Some contact is on its way to the account that claimed its domain, or that has its company's name.</summary>
    public bool AnyMove => _movesOut.Count > 0 || _matchesOut.Count > 0;

    /// <summary>Whether so many wait that nothing should be added that can come later.</summary>
    public bool IsFull => _waiting.Values.Sum(queue => queue.Count) >= PerTurn;

    /// <summary>
    /// Whether entries with such a body say where a grain stands: what its stage and its thresholds ask for is proposed
    /// together, and only while none of that is outstanding.
    /// </summary>
    public static bool IsStanding(Entry.BodyOneofCase body) => body is Entry.BodyOneofCase.StageChanged or Entry.BodyOneofCase.ThresholdCrossed;

    /// <summary>What an evaluation found due. None of the grain is outstanding.</summary>
    public void ProposeStanding(Partition partition, GrainKind kind, int slot, IReadOnlyList<Entry> changes)
    {
        _changesOut.Add((partition.Index, kind, slot), (changes.Count, false));
        foreach (var change in changes)
            Propose(partition, kind, slot, change);
    }

    /// <summary>
    /// Whether a change may be journalled: the grain stands where it begins, and no such change of it is under way. So every
    /// change in the journal has its effect.
    /// </summary>
    public bool AdmitStanding(Partition partition, GrainKind kind, int slot, Entry change) =>
        BeginsHere(partition.ColumnsOf(kind), slot, change)
        && _changesUnderWay.Add((partition.Index, kind, slot, change.ThresholdCrossed?.Threshold ?? ""));

    /// <summary>
    /// A change has been applied, or was not journalled. Once no other of the grain is outstanding it may be looked at again.
    /// </summary>
    public void StandingEnded(Partition partition, GrainKind kind, int slot, Entry change, bool isRefused)
    {
        if (!isRefused)
            _changesUnderWay.Remove((partition.Index, kind, slot, change.ThresholdCrossed?.Threshold ?? ""));
        var grain = (partition.Index, kind, slot);
        // One that another loop proposed before this one took its place counts as the last.
        var (left, anyRefused) = _changesOut.GetValueOrDefault(grain, (1, false));
        anyRefused |= isRefused;
        if (left > 1)
        {
            _changesOut[grain] = (left - 1, anyRefused);
            return;
        }

        _changesOut.Remove(grain);
        if (anyRefused)
            StageEvaluation.Refused(partition.ColumnsOf(kind), slot);
        else
            StageEvaluation.Applied(partition.ColumnsOf(kind), slot);
    }

    public bool IsStandingOut(Partition partition, GrainKind kind, int slot) =>
        _changesOut.Count > 0 && _changesOut.ContainsKey((partition.Index, kind, slot));

    /// <summary>At most one wake-up is outstanding for each grain.</summary>
    public void ProposeWakeUp(Partition partition, GrainKind kind, int slot, Reactivated wakeUp)
    {
        if (_wakeUpsOut.Add((partition.Index, kind, slot)))
            Propose(partition, kind, slot, new Entry { Reactivated = wakeUp });
    }

    /// <summary>One that is outstanding for the account has not been applied: what comes after it is not known yet.</summary>
    public bool IsSurgeOut(Partition partition, int slot) => _surgesOut.Count > 0 && _surgesOut.Contains((partition.Index, slot));

    /// <summary>At most one begin or end of a surge is outstanding for each account.</summary>
    public void ProposeSurge(Partition partition, int slot, Surged surge)
    {
        if (_surgesOut.Add((partition.Index, slot)))
            Propose(partition, GrainKind.Account, slot, new Entry { Surged = surge });
    }

    /// <summary>What was proposed has been applied: more may have come meanwhile.</summary>
    public void SurgeApplied(Partition partition, int slot)
    {
        if (_surgesOut.Remove((partition.Index, slot)))
            partition.News.MayHaveSurged.Mark(slot);
    }

    /// <summary>A proposed wake-up has been applied: another may have come meanwhile.</summary>
    public void WakeUpApplied(Partition partition, GrainKind kind, int slot)
    {
        if (_wakeUpsOut.Remove((partition.Index, kind, slot)) && kind == GrainKind.Account)
            partition.News.MayHaveWoken.Add(slot);
    }

    /// <summary>
    /// At most one move is outstanding for each contact. False where the contact knows that the account is another's
    /// and stays all the same: two accounts hold each other's domains, and there is nowhere to go.
    /// </summary>
    public bool TryProposeMove(Partition partition, int slot, int accountRef, string to)
    {
        if (_movesOut.ContainsKey((partition.Index, slot)))
            return true;
        var from = Encoding.UTF8.GetString(partition.AccountRefs.IdOf(accountRef));
        if (Stays(partition, slot, accountRef, from, to))
            return false;
        _movesOut.Add((partition.Index, slot), accountRef);
        Propose(partition, GrainKind.Contact, slot, EntryBodies.Moved(from, to));
        return true;
    }

    /// <summary>A proposed move has been applied. A contact that it left in place is not told again.</summary>
    public void MoveApplied(Partition partition, int slot)
    {
        if (!_movesOut.Remove((partition.Index, slot), out var from) || partition.Contacts.Find(slot) is not { } contact)
            return;
        if (!partition.AccountRefs.IdOf(from).SequenceEqual(Encoding.UTF8.GetBytes(contact.Membership.AccountId)))
            return;
        // Forgetting costs one entry a contact; no bound would cost memory for ever.
        if (_stays.Count >= StaysMax)
            _stays.Clear();
        _stays.Add((partition.Index, slot, from));
    }

    /// <summary>
    /// At most one match is outstanding for each contact: it asks again when that has been applied. False where the
    /// contact knows already which account has the name, or that none has.
    /// </summary>
    public bool TryProposeMatch(Partition partition, int slot, string name, string account)
    {
        if (_matchesOut.Contains((partition.Index, slot)))
            return true;
        if (IsMatched(partition, slot, name, account))
            return false;
        _matchesOut.Add((partition.Index, slot));
        Propose(partition, GrainKind.Contact, slot, EntryBodies.Matched(name, account));
        return true;
    }

    /// <summary>A proposed match has been applied.</summary>
    public void MatchApplied(Partition partition, int slot) => _matchesOut.Remove((partition.Index, slot));

    /// <summary>The active model becomes an entry of the partition.</summary>
    public void ProposeModel(Partition partition) => Enqueue(Workspaces.Default, new GrainEntry(
        partition.Index, GrainKind.None, 0, "", EntryBodies.ModelActivated(loop.Node.ModelVersion, loop.Node.Served.ContentHash.AsSpan())));

    /// <summary>The partition takes nothing new: what was proposed for it is left to whoever drives it next.</summary>
    public void Forget(Partition partition)
    {
        foreach (var (workspace, queue) in _waiting.ToList())
        {
            var kept = new Queue<GrainEntry>(queue.Where(entry => entry.Partition != partition.Index));
            if (kept.Count == 0)
                _waiting.Remove(workspace);
            else
                _waiting[workspace] = kept;
        }

        foreach (var grain in _changesOut.Keys.Where(grain => grain.Partition == partition.Index).ToList())
            _changesOut.Remove(grain);
        _changesUnderWay.RemoveWhere(change => change.Partition == partition.Index);
        _wakeUpsOut.RemoveWhere(grain => grain.Partition == partition.Index);
        _surgesOut.RemoveWhere(grain => grain.Partition == partition.Index);
        _stays.RemoveWhere(grain => grain.Partition == partition.Index);
        _matchesOut.RemoveWhere(grain => grain.Partition == partition.Index);
        foreach (var place in _movesOut.Keys.Where(place => place.Partition == partition.Index).ToList())
            _movesOut.Remove(place);
    }

    /// <summary>What the next turn takes; null where nothing waits.</summary>
    public AppendEntries? TakeRequest()
    {
        foreach (var (workspace, queue) in _waiting)
        {
            var items = new List<GrainEntry>(Math.Min(queue.Count, PerTurn));
            while (items.Count < PerTurn && queue.TryDequeue(out var item))
                items.Add(item);
            if (queue.Count == 0)
                _waiting.Remove(workspace);
            return new AppendEntries(workspace, items, AckLevel.Recorded, weight: 0);
        }

        return null;
    }

    private static bool BeginsHere(RankColumns columns, int slot, Entry change)
    {
        var ladder = columns.ModelOf(slot).Stages(columns.IsAccount);
        if (change.BodyCase == Entry.BodyOneofCase.StageChanged)
            return ladder.IndexOf(change.StageChanged.FromStage) == columns.Stage[slot] && ladder.IndexOf(change.StageChanged.ToStage) >= 0;
        var crossing = change.ThresholdCrossed;
        var place = columns.ModelOf(slot).Thresholds(columns.IsAccount).IndexOf(crossing.Threshold);
        return place >= 0 && ThresholdSet.Has(columns.Reached[slot], place) != crossing.Reached;
    }

    // What a contact in memory knows is certain; of the others, only what moves have shown since the start.
    private bool Stays(Partition partition, int slot, int accountRef, string from, string to) =>
        partition.Contacts.Find(slot) is { } contact
            ? contact.Membership.LeadsTo(from, to)
            : _stays.Contains((partition.Index, slot, accountRef));

    // A contact that is sought by a name has no account but the one that has it.
    private static bool IsMatched(Partition partition, int slot, string name, string account)
    {
        if (partition.Contacts.Find(slot) is { } contact)
            return contact.Membership.IsMatched(name, account);
        var held = partition.Links.AccountOf(slot);
        return held < 0 ? account.Length == 0 : Encoding.UTF8.GetString(partition.AccountRefs.IdOf(held)) == account;
    }

    private void Propose(Partition partition, GrainKind kind, int slot, Entry entry)
    {
        var key = partition.KeyOf(kind, slot);
        Enqueue(key.Workspace, new GrainEntry(partition.Index, kind, partition.HashOf(kind, slot), key.Id, entry));
    }

    private void Enqueue(string workspace, GrainEntry entry)
    {
        if (!loop.Map.Takes(entry.Partition))
            return;
        if (!_waiting.TryGetValue(workspace, out var queue))
            _waiting.Add(workspace, queue = new Queue<GrainEntry>());
        queue.Enqueue(entry);
    }
}
