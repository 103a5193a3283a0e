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
    GrainTable<ContactGrain> Contacts, GrainTable<AccountGrain> Accounts, ResidentTable AccountRefs, ContributionTable Contributions)
{
    /// <summary>Of a partition without grains.</summary>
    public static PartitionTables Empty(ScoringModel model, int partition, Instant now)
    {
        var contacts = new ResidentTable();
        var accounts = new ResidentTable();
        var accountColumns = new RankColumns(model, GrainKind.Account, partition, accounts, now);
        return new PartitionTables(
            new GrainTable<ContactGrain>(contacts, new RankColumns(model, GrainKind.Contact, partition, contacts, now)),
            new GrainTable<AccountGrain>(accounts, accountColumns),
            new ResidentTable(),
            new ContributionTable(accountColumns));
    }
}
