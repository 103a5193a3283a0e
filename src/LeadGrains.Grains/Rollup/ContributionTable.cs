using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Residents;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Rollup;

/// <summary>
/// The newest contribution of every contact to each account of this partition, and from them the accounts' ranking
/// columns. One thread at a time.
/// </summary>
/// <remarks>
/// An account keeps the newest contribution of each contact, by its version; one that is not newer changes nothing. A
/// contact that leaves an account owes it a withdrawal, and what it is to another account is another record, so no
/// order of messages matters. A withdrawal is remembered, so that an older contribution that comes late does not bring
/// the contact back; <see cref="ForgetWithdrawn"/> lets go of those older than any message can be late.
/// </remarks>
internal sealed class ContributionTable
{
    private readonly RankColumns _accounts;
    private readonly ContributionRecords _records;
    private readonly AccountRolls _rolls;
    private readonly LandmarkFollower _landmarks;
    private readonly double[] _restated;
    private ContributionList _withdrawn;

    /// <param name="accounts">The partition's accounts.</param>
    /// <param name="keys">Has the contacts.</param>
    public ContributionTable(RankColumns accounts, NodeKeys keys)
    {
        _accounts = accounts;
        _records = new ContributionRecords(accounts.Sums.Count, keys);
        _rolls = new AccountRolls(accounts, _records);
        _landmarks = new LandmarkFollower(accounts, _records, _rolls);
        _restated = new double[accounts.Sums.Count];
    }

    /// <summary>How many contributions are held, those that were withdrawn among them.</summary>
    public int Count => _records.Count;

    /// <summary>How many of them were withdrawn.</summary>
    public int WithdrawnCount { get; private set; }

    /// <summary>Some account waits for <see cref="RecomputeDue"/>.</summary>
    public bool HasDue => _rolls.HasDue;

    /// <summary>The bytes that it takes.</summary>
    public long MemoryBytes => _records.MemoryBytes + _rolls.MemoryBytes;

    /// <summary>How many contributions an account has.</summary>
    public int CountOf(int account) => _rolls[account].Count;

    /// <summary>
    /// Takes a contribution over, or a withdrawal. Either may be acknowledged whatever is returned.
    /// </summary>
    /// <param name="account">The slot of the account that it is for.</param>
    /// <param name="contribution">What came.</param>
    /// <param name="landmarks">What its sums are relative to.</param>
    /// <param name="now">When it came.</param>
    /// <param name="lostSignals">The contact had signals for the account, and has none for it any more.</param>
    /// <param name="held">The contact's slot, where <see cref="IsHeld"/> says so; else -1.</param>
    /// <returns>The contact's slot; -1 where as new a contribution is held already.</returns>
    public int Put(
        int account, in Contribution contribution, ReadOnlySpan<Landmark> landmarks, Instant now, out bool lostSignals, int held = -1)
    {
        Prepare();
        lostSignals = false;
        var added = false;
        var slot = held >= 0 ? held : _records.FindOrAdd(account, contribution.Contact, out added);
        var counts = !added && !_records.IsWithdrawn(slot);
        if (!added && contribution.Version <= _records.VersionOf(slot))
            return -1;

        lostSignals = counts && !contribution.Has(ContributionFlags.HasSignal)
            && (_records[slot].Flags & ContributionFlags.HasSignal) != ContributionFlags.None;
        if (contribution.IsWithdrawn)
            Withdraw(account, slot, counts, contribution.Version, now);
        else if (counts)
            _rolls.Replace(account, slot, contribution, Restated(contribution.Sums, landmarks));
        else
            Join(account, slot, added, contribution, landmarks);
        _rolls.NoteChange(account, now);
        return slot;
    }

    /// <summary>Whether a slot holds a contribution that counts for the account.</summary>
    public bool IsHeld(int slot, int account) => slot >= 0 && _records[slot].AccountAfter == account + 1 && !_records.IsWithdrawn(slot);

    /// <summary>Has the processor fetch what <see cref="Put"/> will look at.</summary>
    /// <param name="account">The account.</param>
    /// <param name="slot">The contact's slot; -1 where it is not known.</param>
    public void Fetch(int account, int slot)
    {
        // Where nothing came from the contact yet there may be no room for the account either.
        if (slot < 0)
            return;
        _rolls.Fetch(account);
        _records.Fetch(slot);
    }

    /// <summary>The same for a contact whose slot is not known.</summary>
    public void Fetch(int account, KeyPlace contact)
    {
        Prepare();
        _rolls.Fetch(account);
        _records.FetchCell(account, contact);
    }

    /// <summary>Has the processor fetch the days of both and the contact's figures, once what <see cref="Fetch(int, int)"/> asked for is there.</summary>
    /// <inheritdoc cref="Fetch(int, int)"/>
    public void FetchDays(int account, int slot)
    {
        if (slot < 0)
            return;
        _accounts.Velocity.FetchDays(account);
        _records.FetchFigures(slot);
    }

    /// <summary>
    /// Recomputes accounts that wait for it: those with many changes, those that a contact has left, and all of them
    /// after a landmark moved. Stops after so many contributions were looked at; an account is never left half done.
    /// </summary>
    public void RecomputeDue(int contributions = 10_000)
    {
        Prepare();
        _rolls.RecomputeDue(contributions);
    }

    /// <summary>
    /// Sums the account's contributions anew, in the order of the contacts' key hashes and, where these are equal, of
    /// their ids, so that the result is the same bits in whatever order the contributions came.
    /// </summary>
    public void Recompute(int account)
    {
        Prepare();
        _rolls.Recompute(account);
    }

    /// <summary>
    /// Lets go of contributions that were withdrawn before that instant. It must lie further back than a message between
    /// lanes can be late.
    /// </summary>
    public void ForgetWithdrawn(Instant before)
    {
        while (_withdrawn.First >= 0 && _records.LastSignalOf(_withdrawn.First) < before)
        {
            var slot = _withdrawn.First;
            Revive(slot);
            _records.Remove(slot);
        }
    }

    /// <summary>What the account is made of has changed otherwise than by a contribution.</summary>
    public void NoteChange(int account, Instant now)
    {
        Prepare();
        _rolls.NoteChange(account, now);
    }

    /// <summary>When a contribution of the account last came, changed or left since the start, or its subsidiaries did.</summary>
    public Instant ChangedAt(int account) => _rolls[account].ChangedAt;

    /// <summary>The newest scoring instant of the account's contacts; the earliest of all where they had none. Looks at all of them.</summary>
    public Instant NewestSignalOf(int account) => _rolls.NewestSignalOf(account);

    /// <summary>How the account's contacts cover the roles of the model's buying group.</summary>
    public BuyingGroup BuyingGroupOf(int account, Instant at) => _rolls.BuyingGroupOf(account, at);

    /// <summary>The slot of the account's first contribution; -1 where it has none.</summary>
    public int FirstOf(int account) => _rolls[account].Contributions.First;

    /// <summary>The slot of the contribution after this one; -1 where it is the last.</summary>
    public int NextOf(int slot) => _records[slot].NextAfter - 1;

    /// <summary>A contribution; its sums are relative to the landmarks of the accounts' columns. Good until the next one is read or put.</summary>
    public Contribution this[int slot] => Read(slot);

    /// <summary>The contact's id in UTF-8.</summary>
    public ReadOnlySpan<byte> ContactIdOf(int slot) => _records.ContactIdOf(slot);

    private void Join(int account, int slot, bool added, in Contribution contribution, ReadOnlySpan<Landmark> landmarks)
    {
        if (!added)
            Revive(slot);
        _records.Write(slot, contribution, Restated(contribution.Sums, landmarks));
        _rolls.Join(account, slot);
    }

    private void Withdraw(int account, int slot, bool counts, long version, Instant now)
    {
        if (counts)
            _rolls.Leave(account, slot);
        else if (_records.IsWithdrawn(slot))
            Revive(slot);
        _records.WriteWithdrawn(slot, version, now);
        _withdrawn.Append(_records, slot);
        WithdrawnCount++;
    }

    private void Revive(int slot)
    {
        _withdrawn.Remove(_records, slot);
        WithdrawnCount--;
    }

    private ReadOnlySpan<double> Restated(ReadOnlySpan<double> sums, ReadOnlySpan<Landmark> landmarks)
    {
        var here = _accounts.Sums.Landmarks;
        for (var c = 0; c < _restated.Length; c++)
        {
            var factor = landmarks[c] == here[c] ? 1 : Landmark.Rescale(landmarks[c], here[c]);
            _restated[c] = DecaySums.Restate(sums[c], factor);
        }

        return _restated;
    }

    private void Prepare()
    {
        _landmarks.Follow();
        _rolls.EnsureSlots();
    }

    private Contribution Read(int slot)
    {
        _landmarks.Follow();
        return new Contribution
        {
            Contact = _records.ContactOf(slot),
            Version = _records.VersionOf(slot),
            Flags = _records[slot].Flags,
            Weight = _records.WeightOf(slot),
            Role = _records[slot].Role,
            Sums = _records.SumsOf(slot),
            LastSignalAt = _records.LastSignalOf(slot),
            EngagedAt = _records.EngagedOf(slot),
            Run = _records.RunOf(slot),
            Velocity = _records.VelocityOf(slot),
        };
    }
}
