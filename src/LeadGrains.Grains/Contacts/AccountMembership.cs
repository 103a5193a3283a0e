using System.Text;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Contacts;

/// <summary>
/// Which account a contact belongs to: the one an upsert gave, until the next upsert; else that of the signal with
/// the newest scoring instant; else the registrable domain of the e-mail address; else the one account that has the name
/// of the company that the traits name. A domain that another account has claimed leads on to that account. Of the
/// addresses that signals bring, the newest of those that lead farthest counts, in whatever order they come: one of free
/// mail or what is no address at all does not take a contact out of its account.
/// </summary>
internal sealed class AccountMembership
{
    private const int RedirectsMax = 64;

    private readonly List<(string From, string To)> _redirects = [];
    private byte[] _upsertedAccount = [];
    private byte[] _signalledAccount = [];
    private byte[] _email = [];
    private AddressReach? _emailReach;
    private string _company = "";

    public ReadOnlySpan<byte> UpsertedAccount => _upsertedAccount;
    public ReadOnlySpan<byte> SignalledAccount => _signalledAccount;
    public ReadOnlySpan<byte> Email => _email;
    public Instant SignalledAccountAt { get; private set; } = Instant.Min;
    public Instant SignalledEmailAt { get; private set; } = Instant.Min;
    public bool EmailUpserted { get; private set; }

    /// <summary>When the e-mail address was told that an upsert gave; <see cref="Instant.Epoch"/> where that is not known.</summary>
    public Instant EmailToldAt { get; private set; }

    /// <summary>When the account was told that an upsert gave; the same.</summary>
    public Instant AccountToldAt { get; private set; }

    public IReadOnlyList<(string From, string To)> Redirects => _redirects;

    /// <summary>The account now; empty while none is known.</summary>
    public string AccountId { get; private set; } = "";

    /// <summary>What the account rests on.</summary>
    public MatchSource Source { get; private set; }

    /// <summary>The account that was found, before domains that others have claimed led on.</summary>
    public string FoundAccount { get; private set; } = "";

    /// <summary>The company that the traits name, as it was written; empty where they name none.</summary>
    public string Company => _company;

    /// <summary>The normalised name by which an account is sought; empty where something better says which it is.</summary>
    public string SoughtName { get; private set; } = "";

    /// <summary>The name that was last answered, and the account that has it; empty where none or several have.</summary>
    public (string Name, string AccountId) Matched { get; private set; } = ("", "");

    /// <summary>Takes over what an upsert says, where it is at least as new as what is there. Empty says nothing.</summary>
    public void Upsert((string Text, Instant At) email, (string Id, Instant At) account, FreeMail freeMail)
    {
        if (email.Text.Length > 0 && email.At >= EmailToldAt)
        {
            _email = Encoding.UTF8.GetBytes(email.Text);
            EmailUpserted = true;
            EmailToldAt = email.At;
        }

        if (account.Id.Length > 0 && account.At >= AccountToldAt)
        {
            _upsertedAccount = Encoding.UTF8.GetBytes(account.Id);
            AccountToldAt = account.At;
        }

        Resolve(freeMail);
    }

    /// <summary>Takes over what upserts of another contact said, or of a page that anybody can make, where others of this one said nothing.</summary>
    public void Fill((string Text, Instant At) email, (string Id, Instant At) account, FreeMail freeMail) =>
        Upsert(EmailUpserted ? ("", default) : email, _upsertedAccount.Length > 0 ? ("", default) : account, freeMail);

    /// <summary>Has the processor fetch what a signal's account and address are compared with; the object itself is there.</summary>
    public void Fetch()
    {
        CacheLine.Fetch<byte>(_signalledAccount);
        CacheLine.Fetch<byte>(_email);
    }

    /// <summary>Takes over what a signal says. Resolves only where something that counts has changed.</summary>
    public void Signal(ReadOnlySpan<byte> email, ReadOnlySpan<byte> accountId, Instant at, FreeMail freeMail)
    {
        var changed = false;
        if (accountId.Length > 0 && at >= SignalledAccountAt)
        {
            SignalledAccountAt = at;
            if (!accountId.SequenceEqual(_signalledAccount))
            {
                _signalledAccount = accountId.ToArray();
                changed = true;
            }
        }

        if (email.Length > 0 && !EmailUpserted)
            changed |= TakeEmail(email, at, freeMail);
        if (changed)
            Resolve(freeMail);
    }

    private bool TakeEmail(ReadOnlySpan<byte> email, Instant at, FreeMail freeMail)
    {
        if (email.SequenceEqual(_email))
        {
            if (at > SignalledEmailAt)
                SignalledEmailAt = at;
            return false;
        }

        var reach = AccountDomain.ReachOf(email, freeMail);
        var held = _emailReach ??= AccountDomain.ReachOf(_email, freeMail);
        if (reach < held || (reach == held && at < SignalledEmailAt))
            return false;
        SignalledEmailAt = at;
        _email = email.ToArray();
        _emailReach = reach;
        return true;
    }

    /// <summary>Takes over the company that the traits name.</summary>
    public void Follow(string company, FreeMail freeMail)
    {
        if (company == _company)
            return;
        _company = company;
        Resolve(freeMail);
    }

    /// <summary>Which account has the name; empty where none or several have.</summary>
    public void TakeMatch(string name, string accountId, FreeMail freeMail)
    {
        Matched = (name, accountId);
        Resolve(freeMail);
    }

    /// <summary>Whether it is known that this account, or none where it is empty, has the name.</summary>
    public bool IsMatched(string name, string accountId) => (Matched.Name == name ? Matched.AccountId : "") == accountId;

    /// <summary>The account that was named as a domain is held by another.</summary>
    public void Redirect(string from, string to, FreeMail freeMail)
    {
        _redirects.RemoveAll(redirect => redirect.From == from);
        if (_redirects.Count == RedirectsMax)
            _redirects.RemoveAt(0);
        _redirects.Add((from, to));
        Resolve(freeMail);
    }

    /// <summary>Whether the redirect is known.</summary>
    public bool LeadsTo(string from, string to) => _redirects.Contains((from, to));

    /// <summary>Puts back when what a row held was told.</summary>
    public void Restore(Instant emailToldAt, Instant accountToldAt) => (EmailToldAt, AccountToldAt) = (emailToldAt, accountToldAt);

    /// <summary>Puts back what a row held.</summary>
    public void Restore(
        ReadOnlySpan<byte> email, bool emailUpserted, Instant signalledEmailAt, ReadOnlySpan<byte> upserted, ReadOnlySpan<byte> signalled,
        Instant signalledAt, IEnumerable<(string From, string To)> redirects, (string Name, string AccountId) matched, string company,
        FreeMail freeMail)
    {
        Matched = matched;
        _company = company;
        _email = email.ToArray();
        EmailUpserted = emailUpserted;
        SignalledEmailAt = signalledEmailAt;
        _upsertedAccount = upserted.ToArray();
        _signalledAccount = signalled.ToArray();
        SignalledAccountAt = signalledAt;
        _redirects.AddRange(redirects);
        Resolve(freeMail);
    }

    private void Resolve(FreeMail freeMail)
    {
        SoughtName = "";
        (Source, FoundAccount) = Find(freeMail);
        AccountId = Follow(FoundAccount);
    }

    private (MatchSource Source, string AccountId) Find(FreeMail freeMail)
    {
        if (_upsertedAccount.Length > 0)
            return (MatchSource.Upsert, Encoding.UTF8.GetString(_upsertedAccount));
        if (_signalledAccount.Length > 0)
            return (MatchSource.Signal, Encoding.UTF8.GetString(_signalledAccount));
        if (_email.Length > 0 && AccountDomain.Of(_email, freeMail) is { } domain)
            return (MatchSource.Domain, domain);
        SoughtName = _company.Length > 0 ? CompanyName.Normalise(_company) ?? "" : "";
        return SoughtName.Length > 0 && Matched.Name == SoughtName && Matched.AccountId.Length > 0
            ? (MatchSource.Company, Matched.AccountId)
            : (MatchSource.None, "");
    }

    // Two accounts may have claimed each other's domain; a contact then stays where the circle closes.
    private string Follow(string account)
    {
        for (var hops = 0; hops < _redirects.Count; hops++)
        {
            var index = _redirects.FindIndex(redirect => redirect.From == account);
            if (index < 0)
                break;
            account = _redirects[index].To;
        }

        return account;
    }
}
