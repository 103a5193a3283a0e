using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains.Requests;

/// <summary>Who holds the domains that accounts of one lane are named as, and which domains those accounts have.</summary>
internal sealed class ReadClaims(IReadOnlyList<GrainKey> keys) : PartitionRequest
{
    private readonly TaskCompletionSource<AccountClaim[]> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly (Partition Partition, int Slot)[] _places = new (Partition, int)[keys.Count];

    public Task<AccountClaim[]> Done => _done.Task;

    internal override int Weight => keys.Count;

    internal override bool IsFor(PartitionMap map) => keys.All(map.Takes);

    internal override void Sequence(PartitionLoop loop, Turn turn)
    {
        for (var i = 0; i < keys.Count; i++)
        {
            _places[i] = loop.Map.Find(keys[i]);
            if (_places[i].Slot >= 0)
                turn.Want(_places[i].Partition, GrainKind.Account, _places[i].Slot);
        }
    }

    internal override void Apply(PartitionLoop loop)
    {
        var answers = new AccountClaim[keys.Count];
        for (var i = 0; i < keys.Count; i++)
        {
            var (partition, slot) = _places[i];
            answers[i] = slot >= 0 && partition.Accounts.Find(slot) is { } account
                ? new AccountClaim(account.ClaimedBy, account.Claimant.Length > 0, [.. account.Domains], [.. account.CompanyNames])
                : AccountClaim.None;
        }

        _done.TrySetResult(answers);
    }

    internal override void Fail(Exception failure) => _done.TrySetException(failure);
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
