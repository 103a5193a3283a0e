using System.Runtime.InteropServices;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Residents;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Rollup;

/// <summary>
/// The contributions themselves, one slot for each contact and account, no object for any: a link record, a record of figures and,
/// only where there are points in the last days, these. One thread at a time.
/// </summary>
internal sealed class ContributionRecords(int columns)
{
    // Of the figures: version, newest signal, newest engagement, the run's begin and what was before it; then the sums.
    private const int VersionAt = 0;
    private const int SignalAt = 1;
    private const int EngagementAt = 2;
    private const int BeganAt = 3;
    private const int DormantAt = 4;
    private const int SumsAt = 5;

    private readonly Column<ContributionLink> _links = new();
    private readonly Column<long> _figures = new(SumsAt + columns);
    private readonly VelocityTable _velocity = new();
    private readonly WeightCodes _weights = new();

    /// <summary>Account and contact → slot.</summary>
    public ResidentTable Keys { get; } = new();

    /// <summary>The bytes that they take.</summary>
    public long MemoryBytes => Keys.MemoryBytes + _links.MemoryBytes + _figures.MemoryBytes + _velocity.MemoryBytes;

    /// <summary>A slot's place among its account's.</summary>
    public ref ContributionLink this[int slot] => ref _links[slot];

    /// <summary>The slot of what a contact is to an account, a new one where there was nothing.</summary>
    public int FindOrAdd(int account, in Contribution contribution, out bool added)
    {
        var hash = contribution.ContactHash ^ Spread(account);
        var slot = Keys.FindOrAdd(hash, contribution.Workspace, contribution.ContactId, out added);
        if (added)
        {
            _links.EnsureCapacity(Keys.Slots);
            _figures.EnsureCapacity(Keys.Slots);
            _velocity.EnsureCapacity(Keys.Slots);
            _links[slot] = default;
        }

        return slot;
    }

    /// <summary>Has the processor fetch a slot's records.</summary>
    public void Fetch(int slot)
    {
        CacheLine.Fetch(ref _links[slot]);
        CacheLine.Fetch<long>(_figures.Record(slot));
        _velocity.FetchPlace(slot);
    }

    /// <summary>Has the processor fetch a slot's days, once its records are there.</summary>
    public void FetchDays(int slot) => _velocity.FetchDays(slot);

    /// <summary>The hash of the contact's key, where the contribution counts.</summary>
    public ulong ContactHashOf(int slot) => Keys.HashOf(slot) ^ Spread(_links[slot].AccountAfter - 1);

    /// <summary>What is held is only that the contact was withdrawn.</summary>
    public bool IsWithdrawn(int slot) => (_links[slot].Flags & ContributionFlags.Withdrawn) != ContributionFlags.None;

    /// <summary>The version that a slot holds.</summary>
    public long VersionOf(int slot) => _figures.Record(slot)[VersionAt];

    /// <summary>The newest scoring instant; of a withdrawn one, when it was withdrawn.</summary>
    public Instant LastSignalOf(int slot) => new(_figures.Record(slot)[SignalAt]);

    /// <summary>The newest scoring instant that brought points.</summary>
    public Instant EngagedOf(int slot) => new(_figures.Record(slot)[EngagementAt]);

    /// <summary>The stretch of activity that the newest signal belongs to.</summary>
    public ActivityRun RunOf(int slot) => new(new Instant(_figures.Record(slot)[BeganAt]), new Instant(_figures.Record(slot)[DormantAt]));

    /// <summary>Points by column, without the weight.</summary>
    public Span<double> SumsOf(int slot) => MemoryMarshal.Cast<long, double>(_figures.Record(slot)[SumsAt..]);

    /// <summary>The weight of the contact's role.</summary>
    public double WeightOf(int slot) => _weights[_links[slot].Weight];

    /// <summary>Undecayed points of the last days.</summary>
    public VelocityDays VelocityOf(int slot) => _velocity.Of(slot);

    /// <summary>Whether there are points in the last days.</summary>
    public bool HasVelocity(int slot) => _velocity.Has(slot);

    /// <summary>Replaces what a slot holds, but for its place among its account's.</summary>
    /// <param name="slot">The contact's.</param>
    /// <param name="contribution">Not withdrawn.</param>
    /// <param name="sums">Its sums, relative to this side's landmarks.</param>
    public void Write(int slot, in Contribution contribution, ReadOnlySpan<double> sums)
    {
        var figures = _figures.Record(slot);
        figures[VersionAt] = contribution.Version;
        figures[SignalAt] = contribution.LastSignalAt.Ticks;
        figures[EngagementAt] = contribution.EngagedAt.Ticks;
        figures[BeganAt] = contribution.Run.BeganAt.Ticks;
        figures[DormantAt] = contribution.Run.DormantSince.Ticks;
        sums.CopyTo(SumsOf(slot));
        ref var link = ref _links[slot];
        link.Weight = _weights.CodeOf(contribution.Weight);
        link.Flags = contribution.Flags;
        link.Role = contribution.Role;
        _velocity.Set(slot, contribution.Velocity);
    }

    /// <summary>Keeps of a slot only that its contact was withdrawn, at which version and when.</summary>
    public void WriteWithdrawn(int slot, long version, Instant at)
    {
        var figures = _figures.Record(slot);
        figures.Clear();
        figures[VersionAt] = version;
        figures[SignalAt] = at.Ticks;
        _links[slot].Flags = ContributionFlags.Withdrawn;
        _velocity.Set(slot, default);
    }

    /// <summary>States all sums anew after landmarks have moved.</summary>
    /// <param name="factors">For each column, an exact power of two.</param>
    public void Rescale(ReadOnlySpan<double> factors)
    {
        for (var slot = 0; slot < Keys.Slots; slot++)
        {
            var sums = SumsOf(slot);
            for (var c = 0; c < sums.Length; c++)
                sums[c] = DecaySums.Restate(sums[c], factors[c]);
        }
    }

    /// <summary>Lets go of days that have fallen out of the 14 that end at that day.</summary>
    public void ExpireVelocity(int utcDay) => _velocity.Expire(utcDay);

    // The factor is odd, so that one contact's hash never becomes the same for two accounts.
    private static ulong Spread(int account) => (ulong)(uint)account * 0x9E37_79B9_7F4A_7C15;
}

/// <summary>A contribution's place: in the list of its account, or in that of the withdrawn ones.</summary>
internal struct ContributionLink
{
    /// <summary>The account's slot plus 1; 0 where it was withdrawn.</summary>
    public int AccountAfter;

    /// <summary>The slot of the one before it in the list plus 1; 0 for the first.</summary>
    public int PreviousAfter;

    /// <summary>The slot of the one after it in the list plus 1; 0 for the last.</summary>
    public int NextAfter;

    /// <summary>The code of the role's weight.</summary>
    public ushort Weight;

    /// <summary>What the contribution says beside its figures.</summary>
    public ContributionFlags Flags;

    /// <summary>The role's place among the model's, plus 1; 0 for none.</summary>
    public byte Role;
}
