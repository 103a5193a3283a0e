using System.Text;
using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Signals;
using LeadGrains.Grains.Storage;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.History;

/// <summary>
/// Finds every contact that may have belonged to an account: one of its entries names the account, an e-mail address of
/// it leads there, or it was moved or matched there. Nothing keeps who left, so the whole journal is read for it.
/// </summary>
/// <param name="account">The account.</param>
/// <param name="freeMail">Decides where e-mail addresses lead.</param>
/// <param name="upTo">Entries received later are left out.</param>
/// <param name="withSubsidiaries">Accounts that named it as their parent are wanted, too.</param>
internal sealed class AccountMentions(GrainKey account, FreeMail freeMail, Instant upTo, bool withSubsidiaries)
{
    private readonly byte[] _id = Encoding.UTF8.GetBytes(account.Id);
    private readonly byte[] _workspace = Encoding.UTF8.GetBytes(account.Workspace);
    private readonly HashSet<GrainKey> _contacts = [];
    private readonly HashSet<GrainKey> _subsidiaries = [];

    /// <summary>The accounts that may have been parts of it: an entry of theirs names it as their parent.</summary>
    public IReadOnlyCollection<GrainKey> Subsidiaries => _subsidiaries;

    /// <summary>Reads the journal from its beginning to where it ends now.</summary>
    /// <exception cref="HistoryTooLongException">
    /// There are more than <see cref="Limits.HistoryContacts"/>, or <see cref="Limits.HistorySubsidiaries"/>.
    /// </exception>
    public IReadOnlyCollection<GrainKey> FindIn(IJournal journal, CancellationToken cancellationToken)
    {
        var beginnings = Enumerable.Range(0, journal.PartitionCount).Select(partition => new JournalPosition(partition, 0));
        foreach (var block in journal.Read([.. beginnings], cancellationToken))
        {
            var entries = new EntryReader(block.Entries.Span);
            while (entries.TryRead(out var entry))
            {
                if (entry.ReceivedAt <= upTo && entry.Workspace.SequenceEqual(_workspace))
                    Look(entry);
            }

            if (_contacts.Count > Limits.HistoryContacts)
                throw new HistoryTooLongException($"More than {Limits.HistoryContacts} contacts may have belonged to the account.");
            if (_subsidiaries.Count > Limits.HistorySubsidiaries)
                throw new HistoryTooLongException($"More than {Limits.HistorySubsidiaries} accounts may have been parts of the account.");
        }

        return _contacts;
    }

    private void Look(in EntryView entry)
    {
        switch (entry.BodyCase)
        {
            case Entry.BodyOneofCase.Signal:
                var signal = SignalView.Of(entry);
                if (signal.Kind == GrainKind.Contact && Names(signal))
                    Add(signal.Key);
                break;
            case Entry.BodyOneofCase.ContactUpserted:
                var upsert = entry.Parse().ContactUpserted;
                if (Names(upsert.AccountId, upsert.Email))
                    Add(entry.GrainId);
                break;
            case Entry.BodyOneofCase.AccountUpserted when withSubsidiaries:
                if (entry.Parse().AccountUpserted.ParentAccountId == account.Id)
                    _subsidiaries.Add(new GrainKey(account.Workspace, GrainKind.Account, Encoding.UTF8.GetString(entry.GrainId)));
                break;
            case Entry.BodyOneofCase.SignalsMerged:
                if (Names(entry.Parse().SignalsMerged))
                    Add(entry.GrainId);
                break;
            case Entry.BodyOneofCase.CompanyMatched:
                if (entry.Parse().CompanyMatched.AccountId == account.Id)
                    Add(entry.GrainId);
                break;
            case Entry.BodyOneofCase.AccountMoved:
                if (entry.Parse().AccountMoved.ToAccountId == account.Id)
                    Add(entry.GrainId);
                break;
        }
    }

    private bool Names(SignalsMerged merged)
    {
        if (merged.Facts is { } facts && Names(facts.AccountId, facts.Email))
            return true;
        foreach (var signal in merged.Signals)
        {
            if (SignalView.TryRead(signal.Signal.Span, new Instant(signal.ReceivedAtTicks), out var view) && Names(view))
                return true;
        }

        return false;
    }

    private bool Names(scoped in SignalView signal) => signal.AccountId.SequenceEqual(_id) || LeadsThere(signal.Email);

    private bool Names(string accountId, string email) => accountId == account.Id || LeadsThere(Encoding.UTF8.GetBytes(email));

    // A registrable domain is the end of its host. Nearly all addresses end otherwise; those beyond ASCII may end
    // otherwise before they are in lower case.
    private bool LeadsThere(ReadOnlySpan<byte> email)
    {
        if (email.IsEmpty || (Ascii.IsValid(email) && !EndsLikeAccount(email)))
            return false;
        return AccountDomain.Of(email, freeMail) == account.Id;
    }

    private bool EndsLikeAccount(ReadOnlySpan<byte> email) =>
        email.Length > _id.Length && Ascii.EqualsIgnoreCase(email[^_id.Length..], _id);

    private void Add(ReadOnlySpan<byte> contact) =>
        _contacts.Add(new GrainKey(account.Workspace, GrainKind.Contact, Encoding.UTF8.GetString(contact)));
}
