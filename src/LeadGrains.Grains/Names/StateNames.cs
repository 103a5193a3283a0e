using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Names;

/// <summary>Accounts' statements on their way to the names of one lane. Contacts are told where that changes who is found.</summary>
/// <param name="sender">States all of it again where this comes to nothing.</param>
/// <param name="statements">What is stated.</param>
/// <param name="whole">Pairs of partitions: what accounts of the one have stated to names of the other and do not state here is no more.</param>
internal sealed class StateNames(
    PartitionLoop sender, IReadOnlyList<NameStatement> statements, IReadOnlyList<(int Accounts, int Names)> whole) : PartitionRequest
{
    internal override int Weight => 0;

    internal override bool IsExpress => true;

    internal override void Apply(PartitionLoop loop)
    {
        foreach (var statement in statements)
        {
            if (loop.Map.Takes(loop.Map.IndexOf(statement.Key.First)))
                Take(loop, statement);
        }

        foreach (var (accounts, names) in whole)
        {
            if (loop.Map.Takes(names))
                DropOthers(loop, accounts, loop.Map[names]);
        }
    }

    // Where the loop is gone the next start states everything; where it is another node's it may not have heard.
    internal override void Fail(Exception failure) =>
        sender.Names.StateAgain(statements.Select(statement => statement.Key).ToList(), whole);

    private static void Take(PartitionLoop loop, in NameStatement statement)
    {
        var partition = loop.Map[loop.Map.IndexOf(statement.Key.First)];
        var account = statement.Named is { } named ? partition.Keys.Keep(GrainKind.Account, named) : statement.Account;
        State(loop, partition, account, statement.Key, statement.LeadsTo);
    }

    private static void State(PartitionLoop loop, Partition partition, KeyPlace account, NameKey key, string? leadsTo)
    {
        var contacts = partition.Names.Table.State(account, key, leadsTo, out var found);
        loop.Names.Tell(contacts.Select(contact => partition.Keys.PlaceOf(GrainKind.Contact, contact)), key, found);
    }

    private void DropOthers(PartitionLoop loop, int accounts, Partition partition)
    {
        var stated = statements.Where(statement => statement.Named?.Partition == accounts)
            .Select(statement => (partition.Keys.Keep(GrainKind.Account, statement.Named!), statement.Key)).ToHashSet();
        foreach (var (account, key) in partition.Names.Table.HeldFrom(accounts).Where(held => !stated.Contains(held)).ToList())
            State(loop, partition, account, key, leadsTo: null);
    }
}
