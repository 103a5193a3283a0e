using LeadGrains.Grains.Accounts;
using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Codecs;
using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Wire;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Checkpoints;

/// <summary>
/// Makes rows of live grains: what they are at this moment, as bytes that no later entry changes. These lie in memory that
/// is used again once the rows have been written. One thread at a time.
/// </summary>
internal sealed class RowBuilder(NodeContext node)
{
    private readonly MessageWriter _message = new();
    private readonly RowMemory _memory = new();
    private readonly SortedTraits _traits = new();
    private readonly TraitJson _json = new();

    public GrainRow Build(Partition partition, Grain grain, Instant now)
    {
        var contact = grain as ContactGrain;
        var kind = contact is null ? GrainKind.Account : GrainKind.Contact;
        var (state, resident) = contact is null ? BytesOf(partition, (AccountGrain)grain) : BytesOf(partition, contact);
        var row = new GrainRow
        {
            Key = partition.KeyOf(kind, grain.Slot),
            Partition = partition.Index,
            Version = grain.LastSequence,
            ModelVersion = node.ModelVersion,
            State = state,
            Resident = resident,
            Summary = Summary(partition, kind, grain.Slot, contact?.Membership.AccountId ?? "", grain.Traits, now),
            Place = grain.RowPlace,
            Seen = grain.Seen.DirtyChunks(_memory),
            FirstSeenChunk = grain.Seen.FirstChunk,
        };
        // A failed write stops the loop, so that what is handed out here counts as saved.
        grain.Seen.MarkSaved();
        return row;
    }

    /// <summary>What SQL users see of a row at this moment.</summary>
    public GrainSummary Summary(
        Partition partition, GrainKind kind, int slot, string accountId, Dictionary<string, TraitValue>? traits, Instant now)
    {
        var columns = partition.ColumnsOf(kind);
        var score = partition.FormulaAt(kind, now).ScoreOf(slot);
        var name = kind == GrainKind.Account ? partition.NameOf(slot) : "";
        var held = columns.ModelOf(slot).Stages(columns.IsAccount).NameOf(columns.Stage[slot]);
        var json = traits is null ? "" : _json.Of(_traits.Of(traits));
        return new GrainSummary(name, accountId, score.Fit, score.Intent, score.IntentPoints, held, json, now);
    }

    /// <summary>The rows built so far have been written, and nobody reads them any more.</summary>
    public void Reuse() => _memory.Reuse();

    private (ReadOnlyMemory<byte> State, ReadOnlyMemory<byte> Resident) BytesOf(Partition partition, ContactGrain contact)
    {
        ContactCodec.Write(_message, contact, _traits.Of(contact.Traits), partition.Contacts.Columns.ModelOf(contact.Slot));
        var state = TakeMessage();
        ResidentCodec.Write(_message, partition, contact);
        return (state, TakeMessage());
    }

    private (ReadOnlyMemory<byte> State, ReadOnlyMemory<byte> Resident) BytesOf(Partition partition, AccountGrain account)
    {
        AccountCodec.Write(_message, account, _traits.Of(account.Traits), partition.Accounts.Columns.ModelOf(account.Slot));
        var state = TakeMessage();
        ResidentCodec.Write(_message, partition, account);
        return (state, TakeMessage());
    }

    private ReadOnlyMemory<byte> TakeMessage()
    {
        var taken = _memory.Keep(_message.Written);
        _message.Clear();
        return taken;
    }
}
