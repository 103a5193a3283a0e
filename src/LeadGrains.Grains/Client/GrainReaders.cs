using LeadGrains.Grains.History;
using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains;

/// <summary>What reads grains as they are scored under one model.</summary>
internal sealed class GrainReaders
{
    public GrainReaders(NodeContext node)
    {
        Node = node;
        var lanes = new Lanes(node);
        var ends = new HistoryEnds(lanes);
        var models = new PastModels(node, ends);
        Contacts = new ContactReader(lanes);
        Explainer = new ContactExplainer(node, Contacts, models, new PastContacts(node, ends, models));
        Accounts = new AccountReader(node, lanes, Contacts, models, new PastAccounts(node, ends, models));
        Signals = new ContactSignals(node, ends);
        Stages = new ContactStages(node, new ContactResolver(lanes), ends);
        Ranking = new RankReader(node);
        Lists = new GrainLists(lanes, Contacts, Accounts, node.Journal.PartitionCount);
    }

    public NodeContext Node { get; }

    public ContactReader Contacts { get; }

    public ContactExplainer Explainer { get; }

    public AccountReader Accounts { get; }

    public ContactSignals Signals { get; }

    public ContactStages Stages { get; }

    public RankReader Ranking { get; }

    public GrainLists Lists { get; }
}
