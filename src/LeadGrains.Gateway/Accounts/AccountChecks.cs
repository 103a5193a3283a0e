using Google.Protobuf.Collections;
using LeadGrains.Gateway.Calls;
using LeadGrains.Gateway.Checks;
using LeadGrains.Grains;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Accounts;

/// <summary>Checks an item of UpsertAccounts. An empty field leaves what is there.</summary>
internal sealed class AccountChecks(Func<string, ServedModel> active)
{
    private const string Domains = "domains";
    private const string CompanyNames = "company_names";

    public ItemFault? Read(string workspace, int index, V1.AccountTraits message, out AccountUpsert item)
    {
        var fault = FieldChecks.Id("account_id", message.AccountId)
            ?? FieldChecks.Text("name", message.Name, Limits.AccountNameBytes)
            ?? Parent(message);
        var domainFault = ReadDomains(workspace, message.Domains, out var domains);
        var traitFault = TraitChecks.Read(message.Traits, out var traits);
        var asOfFault = FieldChecks.Instant("as_of", message.AsOf, out var asOf);
        item = new AccountUpsert(index, message.AccountId, message.Name.Length == 0 ? null : message.Name, domains, traits)
        {
            CompanyNames = message.CompanyNames,
            ParentAccountId = message.ParentAccountId.Length == 0 ? null : message.ParentAccountId,
            AsOf = asOf,
        };
        return fault ?? domainFault ?? NameFault(message.CompanyNames) ?? traitFault ?? asOfFault;
    }

    private static ItemFault? NameFault(RepeatedField<string> names)
    {
        if (names.Count > Limits.CompanyNamesPerAccount)
            return FieldChecks.TooLong(CompanyNames, names.Count, Limits.CompanyNamesPerAccount, "entries");
        foreach (var name in names)
        {
            if (FieldChecks.Text(CompanyNames, name, Limits.AccountNameBytes) is { } fault)
                return fault;
            if (CompanyName.Normalise(name) is null)
                return FieldChecks.Invalid(CompanyNames, $"has '{Faults.Shown(name)}', of which nothing is left without punctuation, or too much");
        }

        return null;
    }

    private static ItemFault? Parent(V1.AccountTraits message)
    {
        const string Field = "parent_account_id";
        if (message.ParentAccountId.Length > 0 && message.ParentAccountId == message.AccountId && message.ParentAccountId != AccountUpsert.NoParent)
            return FieldChecks.Invalid(Field, "is the account itself");
        return FieldChecks.Text(Field, message.ParentAccountId, Limits.GrainIdBytes);
    }

    private ItemFault? ReadDomains(string workspace, RepeatedField<string> claims, out IReadOnlyList<string> domains)
    {
        domains = [];
        if (claims.Count > Limits.DomainsPerAccount)
            return FieldChecks.TooLong(Domains, claims.Count, Limits.DomainsPerAccount, "entries");

        var read = new HashSet<string>(StringComparer.Ordinal);
        foreach (var claim in claims)
        {
            if (FieldChecks.Text(Domains, claim, Limits.DomainBytes) is { } fault)
                return fault;
            if (AccountDomain.NormaliseDomain(claim) is not { } domain)
                return FieldChecks.Invalid(Domains, $"has '{claim}', which is no registrable domain such as acme.com or acme.co.uk");
            if (FieldChecks.Text(Domains, domain, Limits.DomainBytes) is { } normalisedFault)
                return normalisedFault;
            if (active(workspace).Model.FreeMail.Contains(domain))
                return FieldChecks.Invalid(Domains, $"has '{domain}', which gives mailboxes to anyone and so names no account");
            read.Add(domain);
        }

        domains = [.. read];
        return null;
    }
}
