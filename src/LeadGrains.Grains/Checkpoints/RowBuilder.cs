using LeadGrains.Grains.Accounts;
using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Codecs;
using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Checkpoints;

/// <summary>Makes rows of live grains: what they are at this moment, as bytes that no later entry changes.</summary>
internal sealed class RowBuilder(NodeContext node)
{
    public GrainRow Build(Partition partition, Grain grain, Instant now)
    {
        var contact = grain as ContactGrain;
        var account = grain as AccountGrain;
        var kind = contact is null ? GrainKind.Account : GrainKind.Contact;
        var key = partition.KeyOf(kind, grain.Slot);
        var row = new GrainRow
        {
            Key = key,
            Partition = partition.Index,
            Version = grain.LastSequence,
            ModelVersion = node.ModelVersion,
            State = contact is null ? AccountCodec.Encode(account!, node.Model) : ContactCodec.Encode(contact, node.Model),
            Resident = contact is null ? ResidentCodec.Encode(partition, account!) : ResidentCodec.Encode(partition, contact),
            Summary = Summary(partition, kind, grain.Slot, contact?.Membership.AccountId ?? "", grain.Traits, now),
            Seen = grain.Seen.DirtyChunks(),
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
        var score = columns.ScoreAt(slot, now);
        var name = kind == GrainKind.Account ? partition.NameOf(slot) : "";
        var held = node.Model.Stages(columns.IsAccount).NameOf(columns.Stage[slot]);
        return new GrainSummary(name, accountId, score.Fit, score.Intent, score.IntentPoints, held, traits is null ? "" : TraitJson.Of(traits), now);
    }
}
