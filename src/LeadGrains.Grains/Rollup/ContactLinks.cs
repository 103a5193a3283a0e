using LeadGrains.Grains.Residents;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Rollup;

/// <summary>
/// What ties the contacts of a partition to their accounts, by slot. It stays when a contact leaves memory, so that
/// what is owed can be sent without it.
/// </summary>
internal sealed class ContactLinks
{
    /// <summary>No account.</summary>
    public const int None = -1;

    private int _slots;

    /// <summary>The weight of the contact's role.</summary>
    public Column<double> Weight { get; } = new();

    /// <summary>The role's place among the model's, plus 1; 0 for none.</summary>
    public Column<byte> Role { get; } = new();

    /// <summary>Newest scoring instant of a signal that brought points, in ticks; <see cref="Instant.Min"/> for never.</summary>
    public Column<long> EngagedAt { get; } = new();

    /// <summary>What the newest signal belongs to. Means nothing before the first.</summary>
    public Column<ActivityRun> Run { get; } = new();

    /// <summary>The account, as the partition's account references number them, plus 1; 0 for none.</summary>
    private Column<int> Account { get; } = new();

    /// <summary>The version that the account has not acknowledged; 0 where it has all.</summary>
    public Column<long> OwedVersion { get; } = new();

    /// <summary>Where the owed version is on its way.</summary>
    public Column<OwedState> Owed { get; } = new();

    public int AccountOf(int slot) => Account[slot] - 1;

    public void SetAccount(int slot, int accountRef) => Account[slot] = accountRef + 1;

    public void EnsureSlots(int slots)
    {
        if (slots <= _slots)
            return;
        Weight.EnsureCapacity(slots);
        Role.EnsureCapacity(slots);
        EngagedAt.EnsureCapacity(slots);
        Run.EnsureCapacity(slots);
        Account.EnsureCapacity(slots);
        OwedVersion.EnsureCapacity(slots);
        Owed.EnsureCapacity(slots);
        _slots = slots;
    }
}

/// <summary>Where a contribution is on its way to the account.</summary>
internal enum OwedState : byte
{
    /// <summary>The account has acknowledged the newest version.</summary>
    Nothing = 0,

    /// <summary>It waits to be sent.</summary>
    Listed = 1,

    /// <summary>It was sent and is not acknowledged.</summary>
    Sent = 2,
}
