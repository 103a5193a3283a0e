using System.Buffers;
using Google.Protobuf;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Accounts;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Remote;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Requests;

/// <summary>
/// Accounts of one lane with their own state and who contributes most to them; null where a key has no slot. A null
/// instant means now.
/// </summary>
internal sealed class ReadAccounts(IReadOnlyList<GrainKey> keys, Instant? at, int contributors, bool explain) : KeyedRequest<AccountAnswer?>(keys)
{
    private readonly (Partition Partition, int Slot)[] _places = new (Partition, int)[keys.Count];

    internal override void Sequence(PartitionLoop loop, Turn turn)
    {
        for (var i = 0; i < Keys.Count; i++)
        {
            _places[i] = loop.Map.Find(Keys[i]);
            if (_places[i].Slot >= 0)
                turn.Want(_places[i].Partition, GrainKind.Account, _places[i].Slot);
        }
    }

    internal override void Apply(PartitionLoop loop)
    {
        loop.Settle();
        var answers = new AccountAnswer?[Keys.Count];
        for (var i = 0; i < Keys.Count; i++)
        {
            var (partition, slot) = _places[i];
            answers[i] = slot >= 0 && partition.Accounts.Find(slot) is { } account ? AnswerOf(loop, partition, account) : null;
        }

        Answer(answers);
    }

    internal override RequestKind Kind => RequestKind.ReadAccounts;

    internal override void WriteTo(IBufferWriter<byte> fields)
    {
        var request = new AccountsRequest { Contributors = contributors, Explain = explain };
        request.Keys.AddRange(Keys.Select(KeyWire.Of));
        if (at is { } then)
            request.AtTicks = then.Ticks;
        request.WriteTo(fields);
    }

    internal override void TakeAnswer(ReadOnlyMemory<byte> answer) =>
        AnswerAll(AccountsAnswer.Parser.ParseFrom(answer.Span).Accounts.Zip(Keys, AccountWire.From));

    private AccountAnswer AnswerOf(PartitionLoop loop, Partition partition, AccountGrain account) =>
        AccountAnswer.Of(partition, account, Viewpoint.Of(loop.Node, partition.WorkspaceOf(GrainKind.Account, account.Slot), at), contributors, explain) with
        {
            IsEarly = at is { } then && (then < account.LastReceivedAt || then < loop.Node.StartedAt
                || then < partition.Contributions.ChangedAt(account.Slot)
                || partition.Accounts.Columns.MayLackDaysOf(account.Slot, then)),
        };
}
