using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains.Names;

/// <summary>Accounts' statements on their way to the names of one lane. Contacts are told where that changes who is found.</summary>
internal sealed class StateNames(IReadOnlyList<NameStatement> statements) : PartitionRequest
{
    internal override int Weight => 0;

    internal override bool IsExpress => true;

    internal override void Apply(PartitionLoop loop)
    {
        foreach (var statement in statements)
        {
            var names = loop.Map[loop.Map.IndexOf(statement.Key.First)].Names.Table;
            var contacts = names.State(statement.Account, statement.Key, statement.LeadsTo, out var found);
            foreach (var lane in contacts.GroupBy(contact => loop.Node.Router.LaneOf(contact.Partition)))
                loop.Node.Router.TryPost(lane.Key, new FollowName([.. lane], statement.Name, found));
        }
    }

    // The loop that would have taken it is gone; the next start states everything again.
    internal override void Fail(Exception failure)
    {
    }
}
