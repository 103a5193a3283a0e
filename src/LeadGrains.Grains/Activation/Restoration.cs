using LeadGrains.Grains.Codecs;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Activation;

/// <summary>Brings cold grains back from their rows. One thread at a time.</summary>
internal sealed class Restoration(NodeContext node)
{
    private readonly Dictionary<ScoringModel, ContactDecoder> _contacts = [];
    private ContactDecoder? _decoder;

    /// <summary>Activates all grains of a finished fetch; they stay at least until <paramref name="turn"/> is applied.</summary>
    public void Install(ColdFetch fetch, long turn)
    {
        node.Meters.ColdRead(fetch.Places.Count);
        for (var i = 0; i < fetch.Places.Count; i++)
        {
            var (partition, kind, slot) = fetch.Places[i];
            Activate(partition, kind, slot, fetch.Rows[i]).LastTurn = turn;
        }
    }

    /// <param name="partition">Where the grain is.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="slot">Its slot.</param>
    /// <param name="row">Null where it has none.</param>
    public Grain Activate(Partition partition, GrainKind kind, int slot, GrainRow? row) =>
        row is null ? partition.ActivateNew(kind, slot) : Activate(partition, kind, slot, row.AtRest);

    public Grain Activate(Partition partition, GrainKind kind, int slot, in RestingGrain row)
    {
        if (kind == GrainKind.Contact)
        {
            var contact = DecoderOf(partition.Contacts.Columns.ModelOf(slot)).Decode(slot, row, partition.Lists);
            partition.Contacts.Activate(contact);
            return contact;
        }

        var account = AccountCodec.Decode(slot, row, partition.Accounts.Columns.ModelOf(slot), partition.Lists);
        partition.Accounts.Activate(account);
        return account;
    }

    private ContactDecoder DecoderOf(ScoringModel model)
    {
        if (_decoder is { } last && ReferenceEquals(last.Model, model))
            return last;
        if (!_contacts.TryGetValue(model, out var decoder))
            _contacts.Add(model, decoder = new ContactDecoder(model));
        return _decoder = decoder;
    }
}
