using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Remote;
using LeadGrains.Grains.Residents;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Rollup;

/// <summary>
/// Takes contributions in for the accounts of a loop. Absolute and versioned, they may come twice or in any order.
/// </summary>
internal sealed class Inbox(PartitionLoop loop)
{
    // How many contributions ahead the processor fetches what is looked at: see Lookahead.
    private const int CellAhead = 8;
    private const int RecordAhead = 4;

    private readonly List<(Partition Partition, int Slot)> _places = [];
    private readonly List<(Partition Partition, int Slot)> _changed = [];

    /// <summary>Takes contributions in.</summary>
    /// <param name="batch">What came.</param>
    /// <param name="moved">Gets those for an account whose domain another account holds.</param>
    /// <param name="refused">Gets those for a partition that is not driven here, and those of which newer has come.</param>
    /// <param name="telling">What another node said of them; null where they came from this one.</param>
    public void Receive(ContributionBatch batch, List<(int Index, string Claimant)> moved, List<int> refused, Telling? telling = null)
    {
        var now = loop.Node.Now();
        loop.FollowClock(now);
        Place(batch, telling);
        for (var i = 0; i < batch.Count; i++)
        {
            if (i + CellAhead < batch.Count && _places[i + CellAhead].Slot >= 0)
                Fetch(_places[i + CellAhead], batch.ContactOf(i + CellAhead));
            var (partition, slot) = _places[i];
            if (slot < 0)
            {
                refused.Add(i);
                continue;
            }

            var contribution = batch[i];
            if (!contribution.IsWithdrawn && partition.Claimants.TryGetValue(slot, out var claimant))
            {
                moved.Add((i, claimant));
                continue;
            }

            if (Take(partition, slot, contribution, batch.Landmarks, now) >= 0)
                _changed.Add((partition, slot));
        }

        foreach (var (partition, slot) in _changed)
            loop.Settlement.LookAtAccount(partition, slot, now);
        _changed.Clear();
    }

    // Where the accounts are, new ones where nothing was known of them; slot -1 where nothing is taken for them here.
    private void Place(ContributionBatch batch, Telling? telling)
    {
        _places.Clear();
        if (loop.Map.MayMove)
        {
            PlaceAndKeep(batch, telling);
            return;
        }

        for (var i = 0; i < batch.Count; i++)
        {
            if (i + CellAhead < batch.Count)
                KeysOf(batch.AccountHashOf(i + CellAhead)).FetchCell(batch.AccountHashOf(i + CellAhead));
            if (i + RecordAhead < batch.Count)
                KeysOf(batch.AccountHashOf(i + RecordAhead)).FetchRecord(batch.AccountHashOf(i + RecordAhead));
            var hash = batch.AccountHashOf(i);
            var partition = loop.Map[loop.Map.IndexOf(hash)];
            _places.Add((partition, Place(partition, hash, batch.WorkspaceOf(i), batch.AccountIdOf(i))));
        }
    }

    private void PlaceAndKeep(ContributionBatch batch, Telling? telling)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            var hash = batch.AccountHashOf(i);
            var index = loop.Map.IndexOf(hash);
            if (!loop.Map.Takes(index) || telling?.IsHeard(loop.Map[index], batch.ContactOf(i).Partition) == false)
            {
                _places.Add((null!, -1));
                continue;
            }

            var (partition, workspace) = (loop.Map[index], batch.WorkspaceOf(i));
            _places.Add((partition, Place(partition, hash, workspace, batch.AccountIdOf(i))));
            batch.SetContact(i, partition.Keys.Keep(
                GrainKind.Contact, batch.ContactOf(i).Partition, batch.ContactHashOf(i), workspace, batch.ContactIdOf(i)));
        }
    }

    private ResidentTable KeysOf(ulong accountHash) => loop.Map[loop.Map.IndexOf(accountHash)].Accounts.Keys;

    private static void Fetch(in (Partition Partition, int Slot) account, KeyPlace contact) =>
        account.Partition.Contributions.Fetch(account.Slot, contact);

    /// <summary>The slot of an account of this loop, a new one where nothing was known of it.</summary>
    public static int Place(Partition partition, ulong hash, ushort workspace, ReadOnlySpan<byte> id)
    {
        var slot = partition.Accounts.Keys.FindOrAdd(hash, workspace, id, out var added);
        if (added)
            partition.Admit(GrainKind.Account, slot);
        return slot;
    }

    /// <summary>Takes one contribution in. The account's stages are to be looked at afterwards.</summary>
    /// <param name="partition">The account's.</param>
    /// <param name="slot">The account.</param>
    /// <param name="contribution">What came.</param>
    /// <param name="landmarks">What its sums are relative to.</param>
    /// <param name="now">When it came.</param>
    /// <param name="held">Where the contact's contribution to this account is held; -1 where that is not known.</param>
    /// <returns>Where it is held; -1 where as new a one was held already.</returns>
    public int Take(
        Partition partition, int slot, in Contribution contribution, ReadOnlySpan<Landmark> landmarks, Instant now, int held = -1)
    {
        var before = partition.Accounts.Columns.LastSignalAt(slot);
        var taken = partition.Contributions.Put(slot, contribution, landmarks, now, out var lostSignals, held);
        if (taken < 0)
            return taken;
        loop.Settlement.NoteActivity(
            partition, slot, before, contribution.Has(ContributionFlags.HasSignal) ? contribution.LastSignalAt : Instant.Min, lostSignals);
        return taken;
    }
}
