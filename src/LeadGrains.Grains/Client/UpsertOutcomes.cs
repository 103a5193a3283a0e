using LeadGrains.Grains.Requests;

namespace LeadGrains.Grains;

internal static class UpsertOutcomes
{
    /// <summary>Rejections come in the order of the request.</summary>
    public static UpsertOutcome Of(int recorded, IEnumerable<Rejection> rejections) =>
        new((uint)recorded, [.. rejections.OrderBy(rejection => rejection.Index)]);

    /// <summary>The account would have more domains than one may.</summary>
    public static bool IsTooManyDomains(AccountUpsert item, IReadOnlyList<string> held) =>
        held.Union(item.Domains).Count() > Limits.DomainsPerAccount;

    /// <summary>Which bound a refused upsert would have broken.</summary>
    public static Rejection TooMany(AccountUpsert item, AccountClaim account)
    {
        if (IsTooManyDomains(item, account.Domains))
            return TooManyDomains(item.Index);
        return account.CompanyNames.Union(item.CompanyNames).Count() > Limits.CompanyNamesPerAccount
            ? new(item.Index, RejectionReason.TooLong, "company_names", $"It would have more than {Limits.CompanyNamesPerAccount} other names.")
            : TooManyTraits(item.Index);
    }

    public static Rejection TooManyTraits(int index) => new(
        index, RejectionReason.TooLong, "traits", $"It would hold more than {Limits.TraitsPerGrain} traits. Remove some first.");

    public static Rejection TooManyDomains(int index) => new(
        index, RejectionReason.TooLong, "domains", $"It would hold more than {Limits.DomainsPerAccount} domains.");
}
