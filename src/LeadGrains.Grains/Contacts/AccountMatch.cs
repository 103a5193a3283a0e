using System.Text;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Contacts;

/// <summary>What a contact's account rests on, from the surest to the least sure.</summary>
internal enum MatchSource
{
    /// <summary>No account is known.</summary>
    None,

    /// <summary>An upsert named it.</summary>
    Upsert,

    /// <summary>A signal named it.</summary>
    Signal,

    /// <summary>The domain of the e-mail address leads to it.</summary>
    Domain,

    /// <summary>It alone has the name of the contact's company.</summary>
    Company,
}

/// <summary>How a contact's account was found, for programs and for people.</summary>
/// <param name="Kind">"explicit", "domain", "company", or empty where no account is known.</param>
/// <param name="Confidence">How sure it is, 0 to 1.</param>
/// <param name="Reason">What it rests on, or why no account is known.</param>
internal readonly record struct AccountMatch(string Kind, double Confidence, string Reason)
{
    private const double Named = 1;
    private const double ClaimedDomain = 0.95;
    private const double Domain = 0.9;
    private const double Company = 0.6;

    /// <summary>What is to be said of a membership.</summary>
    public static AccountMatch Of(AccountMembership membership) => membership.Source switch
    {
        MatchSource.Upsert => new("explicit", Named, $"an upsert named {membership.FoundAccount}{Claimed(membership)}"),
        MatchSource.Signal => new("explicit", Named, $"a signal named {membership.FoundAccount}{Claimed(membership)}"),
        MatchSource.Domain => new("domain", IsClaimed(membership) ? ClaimedDomain : Domain, OfDomain(membership)),
        MatchSource.Company => new(
            "company", Company, $"company \"{membership.Company}\" reads as \"{membership.SoughtName}\", a name that only {membership.FoundAccount} has{Claimed(membership)}"),
        _ => new("", 0, WhyNone(membership)),
    };

    private static string WhyNone(AccountMembership membership)
    {
        if (membership.Email.IsEmpty && membership.Company.Length == 0)
            return "no account_id, e-mail or company is known";
        var email = membership.Email.IsEmpty ? "no e-mail is known"
            : AccountDomain.HostOf(membership.Email) is { } host ? $"e-mail domain {host} names no account"
            : $"e-mail \"{Encoding.UTF8.GetString(membership.Email)}\" is no address";
        return membership.Company.Length == 0 ? email
            : $"{email}; company \"{membership.Company}\" is the name of no account, or of several";
    }

    private static string OfDomain(AccountMembership membership)
    {
        var host = Encoding.UTF8.GetString(membership.Email[(membership.Email.LastIndexOf((byte)'@') + 1)..]).ToLowerInvariant();
        var leads = host == membership.FoundAccount ? "" : $" leads to {membership.FoundAccount}";
        var claimed = !IsClaimed(membership) ? "" : leads.Length == 0 ? $" is claimed by {membership.AccountId}" : Claimed(membership);
        return $"e-mail domain {host}{leads}{claimed}";
    }

    private static bool IsClaimed(AccountMembership membership) => membership.AccountId != membership.FoundAccount;

    private static string Claimed(AccountMembership membership) =>
        IsClaimed(membership) ? $", which {membership.AccountId} has claimed" : "";
}
