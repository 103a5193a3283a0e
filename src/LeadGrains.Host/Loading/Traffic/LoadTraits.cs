namespace LeadGrains.Host.Loading.Traffic;

/// <summary>The traits of a load test's contacts and accounts, by their number and the seed.</summary>
internal sealed class LoadTraits(ModelConditions conditions, ulong seed)
{
    private const ulong OfAccounts = 0x6163636F756E7473;
    private readonly TraitChoices _contacts = new(conditions.ContactFit.Values
        .Concat(conditions.Roles.Values).Concat(conditions.ContactDisqualifiers.Select(disqualifier => disqualifier.Condition)));

    private readonly TraitChoices _accounts = new(conditions.AccountFit.Values
        .Concat(conditions.AccountDisqualifiers.Select(disqualifier => disqualifier.Condition)));

    public IReadOnlyDictionary<string, string> OfContact(int contact) => _contacts.Choose(Mixing.Of(seed, (ulong)contact));

    public IReadOnlyDictionary<string, string> OfAccount(int account) => _accounts.Choose(Mixing.Of(seed ^ OfAccounts, (ulong)account));
}
