using System.Text;
using LeadGrains.Grains.Names;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Residents;
using LeadGrains.Grains.Rollup;
using LeadGrains.Grains.Tests.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Partitions;

public sealed class PartitionMemoryTests
{
    private const int Accounts = 4_096;
    private const int Contacts = 10 * Accounts;
    private static readonly Instant Now = RandomRows.Now;

    private readonly WorkspaceCodes _workspaces = new();
    private readonly Partition _partition;

    public PartitionMemoryTests() =>
        _partition = new Partition(0, 0, _workspaces, PartitionTables.Empty(DefaultModel.Model, 0, Now));

    [Fact]
    public void MemoryBytes_WhenIdleContactsContribute_IsUnder280ForEachBesideItsId()
    {
        for (var i = 0; i < Accounts; i++)
            Admit(GrainKind.Account, $"company-{i}.example");
        var before = _partition.MemoryBytes;
        var idBytes = 0;
        for (var i = 0; i < Contacts; i++)
            idBytes += AddContact($"contact-{i}@company-{i % Accounts}.example", i % Accounts);

        Assert.InRange((_partition.MemoryBytes + _partition.AccountRefs.MemoryBytes - before - idBytes) / (double)Contacts, 150, 280);
    }

    [Fact]
    public void MemoryBytes_WhenAccountsAreNamed_IsUnder205ForEach()
    {
        for (var i = 0; i < Accounts; i++)
        {
            var slot = Admit(GrainKind.Account, $"company-{i}.example");
            _partition.Names.Accounts.Take(slot, $"Company {i:00000} Ltd", keys: null, claimant: "");
            _partition.Names.Table.State(new KeyPlace(0, slot), NameTable.KeyOf(Workspaces.Default, $"company {i}"), "", out _);
        }

        Assert.InRange(_partition.MemoryBytes / (double)Accounts, 100, 205);
    }

    private int AddContact(string id, int account)
    {
        var slot = Admit(GrainKind.Contact, id);
        var velocity = default(Velocity);
        velocity.Add(Now.UtcDay, 3);
        var columns = _partition.Contacts.Columns;
        columns.SetPoints(slot, [1, 0, 2, 0, 0], GroupSet.All, Now, velocity);
        _partition.Links.SetAccount(slot, _partition.ReferTo(0, $"company-{account}.example"));
        _partition.Links.Terms(slot).EngagedAt = Now;
        _partition.Links.Terms(slot).Run = new ActivityRun(Now + TimeSpan.FromHours(-1), Instant.Min);
        var contribution = OwedContribution.Of(_partition, slot, slot + 1, columns.Sums.Landmarks, new double[columns.Sums.Count]);
        _partition.Contributions.Put(account, contribution, columns.Sums.Landmarks, Now, out _);
        _partition.Links.Settle(slot);
        return Encoding.UTF8.GetByteCount(id);
    }

    private int Admit(GrainKind kind, string id)
    {
        var workspace = _workspaces.CodeOf(Workspaces.Default);
        var hash = KeyHash.Of(new GrainKey(Workspaces.Default, kind, id));
        var slot = _partition.KeysOf(kind).FindOrAdd(hash, workspace, Encoding.UTF8.GetBytes(id), out _);
        _partition.Admit(kind, slot);
        return slot;
    }
}
