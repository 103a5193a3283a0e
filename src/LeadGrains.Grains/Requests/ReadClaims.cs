using System.Buffers;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Remote;

namespace LeadGrains.Grains.Requests;

/// <summary>Who holds the domains that accounts of one lane are named as, and which domains those accounts have.</summary>
internal sealed class ReadClaims(IReadOnlyList<GrainKey> keys) : KeyedRequest<AccountClaim>(keys)
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
        var answers = new AccountClaim[Keys.Count];
        for (var i = 0; i < Keys.Count; i++)
        {
            var (partition, slot) = _places[i];
            answers[i] = slot >= 0 && partition.Accounts.Find(slot) is { } account
                ? new AccountClaim(account.ClaimedBy, account.Claimant.Length > 0, [.. account.Domains], [.. account.CompanyNames])
                : AccountClaim.None;
        }

        Answer(answers);
    }

    internal override RequestKind Kind => RequestKind.ReadClaims;

    internal override void WriteTo(IBufferWriter<byte> fields) => KeyWire.Write(fields, Keys);

    internal override void TakeAnswer(ReadOnlyMemory<byte> answer) =>
        AnswerAll(ClaimsAnswer.Parser.ParseFrom(answer.Span).Accounts.Select(FoundWire.From));
}

/// <param name="HeldBy">Who holds the domain, be it pending; empty where nobody does.</param>
/// <param name="IsForGood">The claim is not pending.</param>
/// <param name="Domains">What the account itself has claimed.</param>
/// <param name="CompanyNames">The other names that the account itself has.</param>
internal sealed record AccountClaim(string HeldBy, bool IsForGood, IReadOnlyList<string> Domains, IReadOnlyList<string> CompanyNames)
{
    public static AccountClaim None { get; } = new("", false, [], []);

    /// <summary>Another account than this one holds the domain.</summary>
    public bool IsHeldFrom(string account) => HeldBy.Length > 0 && HeldBy != account;
}
