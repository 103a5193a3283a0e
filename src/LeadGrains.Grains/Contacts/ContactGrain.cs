using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Codecs;
using LeadGrains.Grains.History;
using LeadGrains.Grains.Signals;
using LeadGrains.Grains.Storage;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Contacts;

/// <summary>A person's activation. Each Apply is a pure function of the state, one entry and the model.</summary>
internal sealed class ContactGrain(int slot, ListArena? arena = null) : Grain(slot, arena)
{
    public AccountMembership Membership { get; private set; } = new();

    /// <summary>What merging has made of it; null for a contact that was never merged.</summary>
    public ContactIdentity? Identity { get; set; }

    /// <summary>It leads to another contact, or nowhere since it was erased, and holds nothing itself.</summary>
    public bool IsRedirect => Identity is { MergedInto.Length: > 0 } or { IsErased: true };

    /// <summary>Its id names a person, and not a browser or a device: an upsert said so.</summary>
    public bool IsIdentified { get; set; }

    /// <summary>Its run ended a dormant time, and no entry says so yet.</summary>
    public bool IsWakeUpDue { get; set; }

    /// <summary>The newest scoring instant of a person's signal for which a rule gave positive points; the least one where there is none.</summary>
    public Instant EngagedAt => Intent.EngagedAt;

    /// <summary>
    /// The newest receiving time of what was heard of the person itself: signals, upserts, and merges that brought something, and
    /// not what the server noted. <see cref="Instant.Min"/> before the first.
    /// </summary>
    public Instant LastHeardAt { get; set; } = Instant.Min;

    /// <summary>The account that the partition's links were last told of.</summary>
    public string? LinkedAccount { get; set; }

    /// <summary>The company's name that the partition was last told to seek; null where it is to be told anew.</summary>
    public string? LinkedName { get; set; }

    /// <summary>Contact fit, 0 to 100. Follows the traits.</summary>
    public double Fit { get; private set; }

    /// <summary>The first matching role, by its place among the model's; -1 for none. Follows the traits.</summary>
    public int Role { get; private set; } = -1;

    /// <summary>The weight of the role, 1 without one. Follows the traits.</summary>
    public double RoleWeight { get; private set; } = 1;

    /// <summary>Is told what becomes of each signal; null but for a replay that lists them.</summary>
    public SignalListing? Listing { get; init; }

    /// <summary>False where the signal is a duplicate, which is only counted as one.</summary>
    public bool ApplySignal(in SignalFacts signal, long sequence, ScoringModel model)
    {
        Hear(sequence, signal.ReceivedAt);
        var isBrought = Identity is { } identity && identity.Brought.Remembers(signal.SeenHash, signal.ReceivedAt);
        if (isBrought)
            DuplicateCount++;
        return Record(signal, isBrought || IsDuplicate(signal), model);
    }

    /// <summary>From here on it leads to another contact. What it had is not here any more but on its way there.</summary>
    public void ApplyMergeStarted(string into, long sequence, Instant receivedAt, ScoringModel model)
    {
        Advance(sequence, receivedAt);
        Forget();
        Membership = new AccountMembership();
        Identity = ContactIdentity.LeadingTo(into);
        IsIdentified = false;
        IsWakeUpDue = false;
        FollowTraits(model);
    }

    /// <summary>All that it had has arrived where it leads.</summary>
    public void ApplyMergeFinished(long sequence, Instant receivedAt)
    {
        Advance(sequence, receivedAt);
        Identity!.Finish();
    }

    /// <summary>The person is forgotten. What its account counts of it is withdrawn as where it moves.</summary>
    /// <param name="mayReturn">What comes afterwards begins it anew.</param>
    /// <param name="sequence">Of the entry.</param>
    /// <param name="receivedAt">When it was received.</param>
    /// <param name="model">That it is scored by.</param>
    public void ApplyErased(bool mayReturn, long sequence, Instant receivedAt, ScoringModel model)
    {
        Advance(sequence, receivedAt);
        Forget();
        Membership = new AccountMembership();
        Identity = ContactIdentity.Erased(mayReturn);
        LastHeardAt = Instant.Min;
        IsIdentified = false;
        IsWakeUpDue = false;
        FollowTraits(model);
    }

    /// <summary>The wake-up is known to the journal. A later one, of signals that came meanwhile, is still due.</summary>
    public void ApplyReactivation(Instant at, long sequence, Instant receivedAt)
    {
        Advance(sequence, receivedAt);
        IsWakeUpDue &= at < Run.BeganAt;
    }

    /// <summary>
    /// Takes over a part of what another contact had. Its signals are remembered beside those that were sent here, the
    /// newest of all that merges brought. Signals that were removed for their age are empty.
    /// </summary>
    /// <exception cref="JournalDamagedException">A signal cannot be read.</exception>
    public void ApplyMerged(SignalsMerged part, long sequence, Instant receivedAt, ScoringModel model)
    {
        Hear(sequence, receivedAt);
        ScoreChanged = true;
        for (var i = TakeFacts(part, model); i < part.Signals.Count; i++)
        {
            var signal = part.Signals[i];
            if (signal.Signal.IsEmpty)
            {
                Listing?.PassOver();
                continue;
            }

            var signalReceivedAt = new Instant(signal.ReceivedAtTicks);
            if (!SignalView.TryRead(signal.Signal.Span, signalReceivedAt, out var view))
                throw new JournalDamagedException($"A signal that entry {sequence} merged cannot be read, though its checksum is right.");
            var facts = SignalFacts.Of(view, signalReceivedAt);
            var isNew = !Seen.Remembers(facts.SeenHash, facts.ReceivedAt) && Identity!.Brought.TryAdd(facts.SeenHash, facts.ReceivedAt);
            if (!isNew)
                DuplicateCount++;
            Record(facts, !isNew, model);
        }
    }

    /// <summary>Takes over what a part tells beside its signals.</summary>
    /// <returns>How many of its signals had come before, in a part that was sent more than once.</returns>
    public int TakeFacts(SignalsMerged part, ScoringModel model)
    {
        Identity ??= new ContactIdentity();
        if (part.Facts is { } facts)
            Fill(facts, model);
        return Identity.Take(part);
    }

    public override void FetchParts()
    {
        base.FetchParts();
        CacheLine.Fetch(Membership, lines: 2);
    }

    public override void FetchContents()
    {
        base.FetchContents();
        Membership.Fetch();
    }

    // Who was let go of begins anew, as if there had been nothing.
    private void Hear(long sequence, Instant receivedAt)
    {
        if (Identity is { MayReturn: true })
        {
            Identity = null;
            LastReceivedAt = LastHeardAt = Instant.Min;
        }

        Advance(sequence, receivedAt);
        LastHeardAt = Instant.Later(LastHeardAt, receivedAt);
    }

    private bool Record(in SignalFacts signal, bool isDuplicate, ScoringModel model)
    {
        if (isDuplicate)
        {
            Listing?.AddDuplicate(signal);
            return false;
        }

        var at = signal.ScoringInstant;
        Membership.Signal(signal.Email, signal.AccountId, at, model.FreeMail);
        var effect = Intent.Apply(model, signal.Type, at, signal.Attributes, Listing?.Trace);
        IsWakeUpDue |= CountSignal(at, effect, model);
        Listing?.Add(signal);
        return true;
    }

    /// <summary>False, with nothing changed, where it would hold too many traits.</summary>
    public bool ApplyUpsert(ContactUpserted upsert, long sequence, Instant receivedAt, ScoringModel model)
    {
        Hear(sequence, receivedAt);
        ScoreChanged = true;
        var at = ToldAt(upsert.HasAsOfTicks, upsert.AsOfTicks);
        if (!ApplyTraits(upsert.Traits.Select(TraitCodec.FromChange), at))
            return false;
        IsIdentified |= upsert.Identified;
        if (upsert.OnlyAdds)
            Membership.Fill((upsert.Email, at), (upsert.AccountId, at), model.FreeMail);
        else
            Membership.Upsert((upsert.Email, at), (upsert.AccountId, at), model.FreeMail);
        FollowTraits(model);
        return true;
    }

    public void ApplyMove(string from, string to, long sequence, Instant receivedAt, ScoringModel model)
    {
        Advance(sequence, receivedAt);
        Membership.Redirect(from, to, model.FreeMail);
        ScoreChanged = true;
    }

    public void ApplyMatch(string companyName, string accountId, long sequence, Instant receivedAt, ScoringModel model)
    {
        Advance(sequence, receivedAt);
        Membership.TakeMatch(companyName, accountId, model.FreeMail);
        // Who has the name may have changed while the entry was on its way, so that it is asked again.
        LinkedName = null;
        ScoreChanged = true;
    }

    // What it knows itself stays.
    private void Fill(MergedFacts facts, ScoringModel model)
    {
        FillTraits(facts);
        Identity!.Add(facts.ContactIds);
        IsIdentified |= facts.Identified;
        Membership.Fill((facts.Email, ToldCodec.FirstOf(facts.Told)), (facts.AccountId, ToldCodec.SecondOf(facts.Told)), model.FreeMail);
        TraitsChanged = true;
        FollowTraits(model);
    }

    // What was taken away here comes back only where it was told after that, or where older journals do not say when.
    private void FillTraits(MergedFacts facts)
    {
        var dates = TraitDates ?? new TraitDates();
        for (var i = 0; i < facts.Traits.Count; i++)
        {
            var (name, at) = (facts.Traits[i].Name, ToldCodec.TraitOf(facts.Told, i));
            if (Traits.Count >= Limits.TraitsPerGrain || Traits.ContainsKey(name) || (facts.Told is not null && at < dates.Of(name, isHeld: false)))
                continue;
            dates.Set(name, at, Traits.Count);
            SetTrait(name, TraitCodec.FromStored(facts.Traits[i].Value)!);
        }

        foreach (var gap in facts.Told?.Removed ?? [])
        {
            var at = ToldCodec.Aged(facts.Told!, gap.Age);
            if (!Traits.ContainsKey(gap.Name) && at > dates.Of(gap.Name, isHeld: false))
                dates.Remove(gap.Name, at);
        }

        dates.Settle(Traits.Count);
        TraitDates = dates;
    }

    /// <summary>Takes over what only depends on the traits and the model, where it is known; but for the company.</summary>
    public void FollowTraits(in TraitStanding standing, ScoringModel model)
    {
        Fit = standing.Fit;
        Role = standing.Role;
        RoleWeight = Scoring.RoleWeight.Of(model, Role);
        Disqualifier = standing.Disqualifier;
    }

    /// <summary>Computes again what only depends on the traits and the model.</summary>
    public void FollowTraits(ScoringModel model)
    {
        Fit = Scoring.Fit.Of(model.ContactFit, Traits);
        Role = Scoring.RoleWeight.IndexOf(model, Traits);
        RoleWeight = Scoring.RoleWeight.Of(model, Role);
        Disqualifier = Disqualifier.FirstOf(model.ContactDisqualifiers, Traits);
        Membership.Follow(CompanyName.Of(Traits), model.FreeMail);
    }
}
