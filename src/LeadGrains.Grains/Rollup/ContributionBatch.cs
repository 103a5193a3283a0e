using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Residents;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Rollup;

/// <summary>
/// Contributions on their way from one lane to another, with the accounts that they are for. Fixed fields lie in one
/// list, ids, sums and days in others, so that adding to a batch that is used again allocates nothing. One thread at
/// a time; the sender hands it over whole.
/// </summary>
/// <param name="columns">How many decay columns the model has.</param>
internal sealed class ContributionBatch(int columns) : IDisposable
{
    private readonly Landmark[] _landmarks = new Landmark[columns];
    private readonly PooledList<Entry> _items = new();
    private readonly PooledList<byte> _ids = new();
    private readonly PooledList<double> _sums = new();
    private readonly PooledList<float> _days = new();

    /// <summary>How many contributions there are.</summary>
    public int Count => _items.Count;

    /// <summary>What all sums are relative to, one for each column.</summary>
    public ReadOnlySpan<Landmark> Landmarks => _landmarks;

    /// <summary>A contribution; good until one is added.</summary>
    public Contribution this[int index]
    {
        get
        {
            ref readonly var item = ref _items.Items[index];
            return new Contribution
            {
                Contact = item.Contact,
                Version = item.Version,
                Flags = item.Flags,
                Weight = item.Weight,
                Role = item.Role,
                Sums = item.Sums < 0 ? default : _sums.Items.Slice(item.Sums, columns),
                LastSignalAt = item.LastSignalAt,
                Run = item.Run,
                EngagedAt = item.EngagedAt,
                Velocity = VelocityDays.Unpack(item.NewestDay, item.DayMask, _days.Items[item.Days..]),
            };
        }
    }

    /// <summary>Empties the batch; sums that follow are relative to these landmarks.</summary>
    public void Begin(ReadOnlySpan<Landmark> landmarks)
    {
        landmarks.CopyTo(_landmarks);
        _items.Clear();
        _ids.Clear();
        _sums.Clear();
        _days.Clear();
    }

    /// <summary>Adds a contribution to an account.</summary>
    /// <param name="contribution">What is added to.</param>
    /// <param name="accountHash">The hash of the account's key.</param>
    /// <param name="workspace">The code of its workspace.</param>
    /// <param name="accountId">Its id in UTF-8.</param>
    /// <param name="contactHash">The hash of the contact's key.</param>
    /// <param name="contactId">The contact's id in UTF-8, for who keeps it; empty for who knows the contact's place.</param>
    public void Add(
        in Contribution contribution, ulong accountHash, ushort workspace, ReadOnlySpan<byte> accountId, ulong contactHash = 0,
        ReadOnlySpan<byte> contactId = default)
    {
        var item = new Entry
        {
            Contact = contribution.Contact,
            AccountHash = accountHash,
            ContactHash = contactHash,
            Version = contribution.Version,
            Weight = contribution.Weight,
            Role = contribution.Role,
            LastSignalAt = contribution.LastSignalAt,
            Run = contribution.Run,
            EngagedAt = contribution.EngagedAt,
            Ids = _ids.Count,
            AccountIdLength = (byte)accountId.Length,
            ContactIdLength = (byte)contactId.Length,
            Sums = contribution.IsWithdrawn ? -1 : _sums.Count,
            Days = _days.Count,
            Workspace = workspace,
            Flags = contribution.Flags,
        };
        _ids.Add(accountId);
        _ids.Add(contactId);
        if (!contribution.IsWithdrawn)
        {
            _sums.Add(contribution.Sums[..columns]);
            AddDays(contribution.Velocity, ref item);
        }

        _items.Add(item);
    }

    /// <summary>The contact that a contribution comes from.</summary>
    public KeyPlace ContactOf(int index) => _items.Items[index].Contact;

    /// <summary>The hash of the key of the account that a contribution is for.</summary>
    public ulong AccountHashOf(int index) => _items.Items[index].AccountHash;

    /// <summary>The code of the workspace of the account that a contribution is for.</summary>
    public ushort WorkspaceOf(int index) => _items.Items[index].Workspace;

    /// <summary>The id of the account that a contribution is for; good until one is added.</summary>
    public ReadOnlySpan<byte> AccountIdOf(int index)
    {
        ref readonly var item = ref _items.Items[index];
        return _ids.Items.Slice(item.Ids, item.AccountIdLength);
    }

    /// <summary>The hash of the contact's key; 0 where it was not said.</summary>
    public ulong ContactHashOf(int index) => _items.Items[index].ContactHash;

    /// <summary>The contact's id; empty where it was not said. Good until one is added.</summary>
    public ReadOnlySpan<byte> ContactIdOf(int index)
    {
        ref readonly var item = ref _items.Items[index];
        return _ids.Items.Slice(item.Ids + item.AccountIdLength, item.ContactIdLength);
    }

    /// <summary>Replaces the place of the contact: whoever takes the batch keeps its keys elsewhere.</summary>
    public void SetContact(int index, KeyPlace contact) => _items.At(index).Contact = contact;

    /// <summary>Gives the room back to the pool.</summary>
    public void Dispose()
    {
        _items.Dispose();
        _ids.Dispose();
        _sums.Dispose();
        _days.Dispose();
    }

    private void AddDays(in VelocityDays velocity, ref Entry item)
    {
        item.NewestDay = velocity.NewestDay;
        for (var age = 0; age < Velocity.Days; age++)
        {
            if (velocity[age] == 0)
                continue;
            item.DayMask |= (ushort)(1 << age);
            _days.Add(velocity[age]);
        }
    }

    private struct Entry
    {
        public KeyPlace Contact;
        public ulong AccountHash;
        public ulong ContactHash;
        public long Version;
        public double Weight;
        public Instant LastSignalAt;
        public ActivityRun Run;
        public Instant EngagedAt;
        public int Ids;
        public int Sums;
        public int Days;
        public int NewestDay;
        public ushort DayMask;
        public ushort Workspace;
        public byte AccountIdLength;
        public byte ContactIdLength;
        public byte Role;
        public ContributionFlags Flags;
    }
}
