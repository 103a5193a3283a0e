using LeadGrains.Grains.Accounts;
using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Residents;
using LeadGrains.Grains.Rollup;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Partitions;

/// <summary>The tables that a partition is made of.</summary>
internal sealed record PartitionTables(
    GrainTable<ContactGrain> Contacts, GrainTable<AccountGrain> Accounts, AccountRefs AccountRefs, ContributionTable Contributions, NodeKeys Keys)
{
    /// <summary>Of a partition without grains.</summary>
    /// <param name="models">What its grains are scored by.</param>
    /// <param name="partition">Its number.</param>
    /// <param name="now">The clock.</param>
    /// <param name="keys">Has the contacts that contribute, or keeps their keys; null where none does but its own.</param>
    /// <param name="accountRefs">What the partitions of a loop share; null for a table of its own.</param>
    public static PartitionTables Empty(WorkspaceModels models, int partition, Instant now, NodeKeys? keys = null, AccountRefs? accountRefs = null)
    {
        var contacts = new ResidentTable();
        var accounts = new ResidentTable();
        keys ??= new NodeKeys(partition + 1);
        if (!keys.AreKept)
            keys.Add(partition, contacts, accounts);
        var accountColumns = new RankColumns(models, GrainKind.Account, partition, accounts, now);
        return new PartitionTables(
            new GrainTable<ContactGrain>(contacts, new RankColumns(models, GrainKind.Contact, partition, contacts, now)),
            new GrainTable<AccountGrain>(accounts, accountColumns),
            accountRefs ?? new AccountRefs(),
            new ContributionTable(accountColumns, keys),
            keys);
    }
}
