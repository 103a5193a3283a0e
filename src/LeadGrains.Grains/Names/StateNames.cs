using System.Buffers;
using Google.Protobuf;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Remote;
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

    internal override void Apply(PartitionLoop loop) => Receive(loop, statements, whole, telling: null);

    internal override RequestKind Kind => RequestKind.StateNames;

    internal override void WriteTo(IBufferWriter<byte> fields)
    {
        var places = new PlaceWire(sender.Node.Workspaces);
        var request = new StatementsRequest
        {
            Told = Telling.Of(
                sender, statements.Select(statement => statement.Named!.Partition).Concat(whole.Select(pair => pair.Accounts)),
                statements.Select(statement => sender.Map.IndexOf(statement.Key.First)).Concat(whole.Select(pair => pair.Names))),
            Whole = { whole.Select(pair => new Whole { Accounts = (uint)pair.Accounts, Names = (uint)pair.Names }) },
        };
        foreach (var statement in statements)
        {
            var message = new Statement { Account = places.Of(statement.Named!), Name = PlaceWire.Of(statement.Key) };
            if (statement.LeadsTo is not null)
                message.LeadsTo = statement.LeadsTo;
            request.Statements.Add(message);
        }

        request.WriteTo(fields);
    }

    internal override void TakeAnswer(ReadOnlyMemory<byte> answer)
    {
    }

    /// <summary>Takes statements in for the names of a loop; those for names that are not driven here are left to whoever takes these.</summary>
    /// <returns>False where newer was heard of some: these were not taken.</returns>
    public static bool Receive(
        PartitionLoop loop, IReadOnlyList<NameStatement> statements, IReadOnlyList<(int Accounts, int Names)> whole, Telling? telling)
    {
        var all = true;
        foreach (var statement in statements.Where(statement => loop.Map.Takes(loop.Map.IndexOf(statement.Key.First))))
        {
            var isHeard = telling?.IsHeard(loop.Map[loop.Map.IndexOf(statement.Key.First)], statement.Named!.Partition) != false;
            if (isHeard)
                Take(loop, statement);
            all &= isHeard;
        }

        foreach (var (accounts, names) in whole.Where(pair => loop.Map.Takes(pair.Names)))
        {
            var isHeard = telling?.IsHeard(loop.Map[names], accounts) != false;
            if (isHeard)
                DropOthers(loop, statements, accounts, loop.Map[names]);
            all &= isHeard;
        }

        return all;
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

    private static void DropOthers(PartitionLoop loop, IReadOnlyList<NameStatement> statements, int accounts, Partition partition)
    {
        var stated = statements.Where(statement => statement.Named?.Partition == accounts)
            .Select(statement => (partition.Keys.Keep(GrainKind.Account, statement.Named!), statement.Key)).ToHashSet();
        foreach (var (account, key) in partition.Names.Table.HeldFrom(accounts).Where(held => !stated.Contains(held)).ToList())
            State(loop, partition, account, key, leadsTo: null);
    }
}
