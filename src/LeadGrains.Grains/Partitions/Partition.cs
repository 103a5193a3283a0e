using System.Text;
using LeadGrains.Grains.Accounts;
using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Names;
using LeadGrains.Grains.Parents;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Residents;
using LeadGrains.Grains.Rollup;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Partitions;

/// <summary>
/// The unit of ownership and of one turn at a time: its grains, what is resident of them, and its place in the
/// journal. Only its loop's thread touches it.
/// </summary>
internal sealed class Partition
{
    private readonly Stack<TurnBlock> _blocks = new();
    private readonly WorkspaceCodes _workspaces;

    public Partition(int index, long epoch, WorkspaceCodes workspaces, PartitionTables tables)
    {
        Index = index;
        Epoch = epoch;
        _workspaces = workspaces;
        Contacts = tables.Contacts;
        Accounts = tables.Accounts;
        AccountRefs = tables.AccountRefs;
        Contributions = tables.Contributions;
        Keys = tables.Keys;
        Links = new ContactLinks(keepsTerms: Keys.AreKept);
        Names = new PartitionNames(tables.Keys);
        Redirects = new ContactRedirects(tables.Contacts.Columns);
        Parents = new PartitionParents(this);
        ParentActivity = new ParentActivity(Accounts.Columns, Contributions);
    }

    /// <summary>From 0.</summary>
    public int Index { get; }

    /// <summary>The epoch that its writes are made under.</summary>
    public long Epoch { get; }

    /// <summary>The keys of grains of any partition that it was told of.</summary>
    public NodeKeys Keys { get; }

    /// <summary>Accounts have what all contacts contribute and all subsidiaries bring: they may be proposed and ranked.</summary>
    public bool IsComplete { get; set; }

    /// <summary>Accounts have what all contacts contribute: they may tell their parents. Of use where partitions come and go.</summary>
    public bool HasContributions { get; set; }

    /// <summary>It is driven here no more.</summary>
    public bool IsGone { get; set; }

    /// <summary>Where the lists of its activations lie.</summary>
    public ListArena Lists { get; } = new();

    public GrainTable<ContactGrain> Contacts { get; }

    public GrainTable<AccountGrain> Accounts { get; }

    /// <summary>Accounts, of any partition, that contacts of this loop belong to.</summary>
    public AccountRefs AccountRefs { get; }

    /// <summary>What ties contacts of this partition to their accounts.</summary>
    public ContactLinks Links { get; }

    /// <summary>What contacts, of any partition, contribute to accounts of this one.</summary>
    public ContributionTable Contributions { get; }

    /// <summary>The last sequence given out. Ahead of the journal while a turn is on its way.</summary>
    public long LastSequence { get; set; }

    /// <summary>The last sequence applied.</summary>
    public long AppliedSequence { get; set; }

    /// <summary>Every entry up to here is in the rows.</summary>
    public long CheckpointSequence { get; set; }

    /// <summary>The sequence of the entry that made the active model active here; 0 before it.</summary>
    public long ModelSequence { get; set; }

    /// <summary>Who holds the domain that an account is named as, where that is another account, by slot.</summary>
    public Dictionary<int, string> Claimants { get; } = [];

    /// <summary>Accounts that woke up or surge, and those that may.</summary>
    public AccountNews News { get; } = new();

    /// <summary>Contacts that woke up, which no entry says yet.</summary>
    public WokenContacts Woken { get; } = new();

    /// <summary>Contacts that were merged into others.</summary>
    public ContactRedirects Redirects { get; }

    /// <summary>Former accounts that may still count a contact, by the contact's slot.</summary>
    public FormerAccounts FormerAccounts { get; } = new();

    /// <summary>Names: those that lead here, and what its contacts and accounts have to do with them.</summary>
    public PartitionNames Names { get; }

    /// <summary>Which of its accounts are parts of which other ones, and what those that are bring to their parents here.</summary>
    public PartitionParents Parents { get; }

    /// <summary>What its accounts that are parents did themselves.</summary>
    public ParentActivity ParentActivity { get; }

    /// <summary>How new what other nodes told it is.</summary>
    public LastHeard Heard { get; } = new();

    public TurnBlock? OpenBlock { get; private set; }

    public TurnBlock BeginBlock(long turn, long firstSequence)
    {
        var block = _blocks.Count > 0 ? _blocks.Pop() : new TurnBlock(this);
        block.Begin(turn, firstSequence);
        OpenBlock = block;
        return block;
    }

    public void ReturnBlock(TurnBlock block) => _blocks.Push(block);

    /// <summary>
    /// The version that a contact's columns are of, or a later one that no entry of it has: its last sequence may be of an
    /// entry that is under way, whose contribution must still be newer.
    /// </summary>
    public long AppliedVersionOf(int contactSlot) => Math.Min(Contacts.Columns.LastSequence[contactSlot], AppliedSequence);

    /// <summary>Entries that the rows do not hold.</summary>
    public long Tail => AppliedSequence - CheckpointSequence;

    public int ActiveCount => Contacts.ActiveCount + Accounts.ActiveCount;

    public Grain? FindGrain(GrainKind kind, int slot) =>
        kind == GrainKind.Contact ? Contacts.Find(slot) : Accounts.Find(slot);

    public bool BeginFetch(GrainKind kind, int slot) =>
        kind == GrainKind.Contact ? Contacts.BeginFetch(slot) : Accounts.BeginFetch(slot);

    /// <summary>Makes room in the columns for a slot that was just added, and says what it is before anything is known of it.</summary>
    public void Admit(GrainKind kind, int slot)
    {
        if (kind == GrainKind.Contact)
        {
            Contacts.Columns.EnsureSlots();
            Links.EnsureSlots(Contacts.Keys.Slots);
        }
        else
        {
            Accounts.Columns.EnsureSlots();
            var unknown = Accounts.Columns.ModelOf(slot).UnknownAccount;
            Accounts.Columns.SetFit(slot, unknown.Fit);
            Accounts.Columns.SetFlags(slot, RankFlags.Disqualified, unknown.IsDisqualified);
            Changed.EnsureSlots(Accounts.Keys.Slots);
            News.MayHaveSurged.EnsureSlots(Accounts.Keys.Slots);
        }
    }

    /// <summary>The first activation of a grain that has no row.</summary>
    public Grain ActivateNew(GrainKind kind, int slot)
    {
        if (kind == GrainKind.Contact)
        {
            var contact = new ContactGrain(slot, Lists);
            contact.FollowTraits(Contacts.Columns.ModelOf(slot));
            Contacts.Activate(contact);
            return contact;
        }

        var account = new AccountGrain(slot, Lists);
        account.FollowTraits(Accounts.Columns.ModelOf(slot));
        Accounts.Activate(account);
        return account;
    }

    /// <summary>The next sequence, for an entry of the grain, and that of the grain's entry before it.</summary>
    public long NextSequence(GrainKind kind, int slot, out long previous)
    {
        var sequence = ++LastSequence;
        if (kind == GrainKind.None)
        {
            previous = ModelSequence;
            return sequence;
        }

        ref var last = ref ColumnsOf(kind).LastSequence[slot];
        previous = last;
        last = sequence;
        return sequence;
    }

    public int Evict(int atMost, long oldestTurn)
    {
        var evicted = Contacts.Evict(atMost, oldestTurn);
        return evicted + Accounts.Evict(atMost - evicted, oldestTurn);
    }

    /// <summary>Hands the grains whose rows are behind over to who writes them.</summary>
    public void TakeDirty()
    {
        Contacts.TakeDirty();
        Accounts.TakeDirty();
    }

    /// <summary>The next one of those handed over; null where all have come.</summary>
    public Grain? NextDirty() => Contacts.TryNextDirty(out var contact) ? contact : Accounts.TryNextDirty(out var account) ? account : null;

    /// <summary>Accounts whose columns for people are behind.</summary>
    public ChangedAccounts Changed { get; } = new();

    /// <summary>The rows hold less than what has been applied and rolled up.</summary>
    public bool IsBehind => Tail > 0 || Changed.Any;

    /// <summary>It has an entry of its own or a contribution, and no other account holds the domain it is named as.</summary>
    public bool IsKnownAccount(int slot) =>
        (Accounts.Columns.Flags[slot] & RankFlags.Known) != RankFlags.None && !Claimants.ContainsKey(slot);

    /// <summary>An account's display name, or its id.</summary>
    public string NameOf(int accountSlot) => Names.Accounts.DisplayOf(accountSlot) ?? IdOf(GrainKind.Account, accountSlot);

    /// <summary>The bytes of its tables, without what activations and few grains take.</summary>
    public long MemoryBytes => Contacts.Keys.MemoryBytes + Contacts.Columns.MemoryBytes + Accounts.Keys.MemoryBytes
        + Accounts.Columns.MemoryBytes + Links.MemoryBytes + Contributions.MemoryBytes + Names.MemoryBytes;

    public ResidentTable KeysOf(GrainKind kind) => kind == GrainKind.Contact ? Contacts.Keys : Accounts.Keys;

    public RankColumns ColumnsOf(GrainKind kind) => kind == GrainKind.Contact ? Contacts.Columns : Accounts.Columns;

    public RankFormula FormulaAt(GrainKind kind, Instant at) =>
        kind == GrainKind.Contact ? Contacts.FormulaAt(at) : Accounts.FormulaAt(at);

    public ulong HashOf(GrainKind kind, int slot) => KeysOf(kind).HashOf(slot);

    public GrainKey KeyOf(GrainKind kind, int slot) =>
        new(WorkspaceOf(kind, slot), kind, IdOf(kind, slot));

    public string WorkspaceOf(GrainKind kind, int slot) => _workspaces.NameOf(KeysOf(kind).WorkspaceOf(slot));

    public string IdOf(GrainKind kind, int slot) => Encoding.UTF8.GetString(KeysOf(kind).IdOf(slot));

    /// <summary>
    /// Whether the contact's account, or one that it has left, does not have the contact's newest version, or the account
    /// is sought still.
    /// </summary>
    public bool Owes(int contactSlot, out long version)
    {
        version = Links.VersionOf(contactSlot);
        if (FormerAccounts.TryGetValue(contactSlot, out var former))
            version = Math.Max(version, former.Max(account => account.Version));
        version = Math.Max(version, Names.Sought.VersionOf(contactSlot));
        return version != 0;
    }

    /// <summary>Up to which version the contact's accounts have everything, once something of it came back.</summary>
    /// <param name="contactSlot">The contact.</param>
    /// <param name="delivered">The version that its account has; 0 where something else came back.</param>
    public long AcknowledgedVersion(int contactSlot, long delivered)
    {
        var acknowledged = Links.StateOf(contactSlot) == OwedState.Nothing ? long.MaxValue : delivered;
        if (FormerAccounts.TryGetValue(contactSlot, out var former))
            acknowledged = Math.Min(acknowledged, former.Min(account => account.Version) - 1);
        if (Names.Sought.VersionOf(contactSlot) is not 0 and var asked)
            acknowledged = Math.Min(acknowledged, asked - 1);
        return acknowledged;
    }

    /// <summary>Puts down which account the contact belongs to now; -1 for none.</summary>
    public int LinkAccount(ContactGrain contact)
    {
        var slot = contact.Slot;
        var account = contact.Membership.AccountId;
        if (ReferenceEquals(account, contact.LinkedAccount))
            return Links.AccountOf(slot);
        var reference = account.Length == 0 ? ContactLinks.None : ReferTo(Contacts.Keys.WorkspaceOf(slot), account);
        Links.SetAccount(slot, reference);
        Contacts.Columns.SetFlags(slot, RankFlags.HasAccount, reference != ContactLinks.None);
        contact.LinkedAccount = account;

        // Back at an account that it had left: a withdrawal still owed there, live or from a row, must not go out.
        FormerAccounts.Forget(slot, reference);
        return reference;
    }

    /// <summary>The reference to an account of any partition.</summary>
    public int ReferTo(ushort workspace, string accountId) => AccountRefs.FindOrAdd(
        KeyHash.Of(new GrainKey(_workspaces.NameOf(workspace), GrainKind.Account, accountId)), workspace, Encoding.UTF8.GetBytes(accountId));

    /// <summary>The contacts that contribute to an account, or some of them.</summary>
    public List<GrainKey> ContributorsOf(int accountSlot, int atMost = int.MaxValue)
    {
        var workspace = WorkspaceOf(GrainKind.Account, accountSlot);
        var contacts = new List<GrainKey>(Math.Min(atMost, Contributions.CountOf(accountSlot)));
        for (var slot = Contributions.FirstOf(accountSlot); slot >= 0 && contacts.Count < atMost; slot = Contributions.NextOf(slot))
            contacts.Add(new GrainKey(workspace, GrainKind.Contact, Encoding.UTF8.GetString(Contributions.ContactIdOf(slot))));
        return contacts;
    }
}
