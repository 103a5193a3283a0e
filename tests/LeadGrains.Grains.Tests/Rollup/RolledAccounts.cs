using System.Text;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Residents;
using LeadGrains.Grains.Rollup;
using LeadGrains.Grains.Tests.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Rollup;

/// <summary>One message between lanes, as a test writes it down.</summary>
internal sealed record Message(string Contact, int Account, long Version)
{
    public bool Withdrawn { get; init; }

    public double Weight { get; init; } = 1;
    public byte Role { get; init; }

    /// <summary>By column, relative to the landmarks of <see cref="RandomRows.Now"/>.</summary>
    public double[] Sums { get; init; } = new double[Models.Staged.Columns.Length];

    public Instant? LastSignalAt { get; init; }

    public Instant? EngagedAt { get; init; }

    public Velocity Velocity { get; init; }

    /// <summary>Replaces the hash that the contact's key has.</summary>
    public ulong? Hash { get; init; }

    public ulong ContactHash => Hash ?? KeyHash.Of(new GrainKey(Workspaces.Default, GrainKind.Contact, Contact));
}

/// <summary>A partition's accounts, "account 0" and so on, and the contributions to them.</summary>
internal sealed class RolledAccounts
{
    private readonly Landmark[] _landmarks;

    public RolledAccounts(int accounts = 1, Instant? now = null)
    {
        var model = Models.Staged;
        Columns = new RankColumns(model, GrainKind.Account, 0, new ResidentTable(), now ?? RandomRows.Now);
        _landmarks = [.. model.Columns.Select(column => Landmark.At(RandomRows.Now, column.HalfLife))];
        for (var i = 0; i < accounts; i++)
            Columns.Keys.FindOrAdd((ulong)i, 0, Encoding.UTF8.GetBytes($"account {i}"), out _);
        Columns.EnsureSlots();
        Table = new ContributionTable(Columns, Contacts.Keys);
    }

    public RankColumns Columns { get; }

    public SomeContacts Contacts { get; } = new();

    public ContributionTable Table { get; }

    public static double One(int column) =>
        Landmark.At(RandomRows.Now, Models.Staged.Columns[column].HalfLife).WeightOf(RandomRows.Now, Models.Staged.Columns[column].HalfLife);

    public bool Put(Message message, Instant? now = null) =>
        Table.Put(message.Account, Contacts.AsContribution(message), _landmarks, now ?? RandomRows.Now, out _) >= 0;

    public double[] SumsOf(int account) => [.. Enumerable.Range(0, Columns.Sums.Count).Select(c => Columns.Sums[c][account])];

    /// <summary>All that roll-up makes of an account, to the last bit.</summary>
    public string Bits(int account) => string.Join(' ', [
        .. SumsOf(account).Select(sum => BitConverter.DoubleToInt64Bits(sum)),
        BitConverter.DoubleToInt64Bits(Columns.Engaged[0][account]),
        Columns.ContactCount[account],
        Columns.LastSignalAt(account)?.Ticks ?? 0,
        Columns.Flags[account],
        .. Enumerable.Range(0, 30).Select(day => Columns.Velocity.At(account, RandomRows.Now.UtcDay + day)).Select(BitConverter.DoubleToInt64Bits),
        Table.CountOf(account),
    ]);

    public List<string> ContactsOf(int account)
    {
        var contacts = new List<string>();
        for (var slot = Table.FirstOf(account); slot >= 0; slot = Table.NextOf(slot))
            contacts.Add(Encoding.UTF8.GetString(Table.ContactIdOf(slot)));
        return contacts;
    }
}
