using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Wire;
using LeadGrains.Scoring;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Codecs;

/// <summary>A contact's state as its row keeps it.</summary>
internal static class ContactCodec
{
    /// <param name="to">Gets a ContactState.</param>
    /// <param name="contact">The contact.</param>
    /// <param name="traits">Its traits, sorted.</param>
    /// <param name="model">That it was scored under.</param>
    public static void Write(
        MessageWriter to, ContactGrain contact, ReadOnlySpan<KeyValuePair<string, TraitValue>> traits, ScoringModel model)
    {
        var membership = contact.Membership;
        to.Number(Stored.ContactState.LastSequenceFieldNumber, contact.LastSequence);
        to.Bytes(Stored.ContactState.EmailFieldNumber, membership.Email);
        to.Bytes(Stored.ContactState.UpsertedAccountIdFieldNumber, membership.UpsertedAccount);
        to.Bytes(Stored.ContactState.SignalledAccountIdFieldNumber, membership.SignalledAccount);
        to.Number(Stored.ContactState.SignalledAccountAtTicksFieldNumber, membership.SignalledAccountAt.Ticks);
        to.Number(Stored.ContactState.SignalledEmailAtTicksFieldNumber, membership.SignalledEmailAt.Ticks);
        to.Truth(Stored.ContactState.EmailUpsertedFieldNumber, membership.EmailUpserted);
        foreach (var (name, value) in traits)
            TraitCodec.Write(to, Stored.ContactState.TraitsFieldNumber, name, value);
        WriteScore(to, contact, model);
        foreach (var (from, into) in membership.Redirects)
            WriteRedirect(to, from, into);
        to.Number(Stored.ContactState.FirstSeenChunkFieldNumber, contact.Seen.FirstChunk);
        to.Number(Stored.ContactState.LastReceivedAtTicksFieldNumber, contact.LastReceivedAt.Ticks);
        if (contact.Identity is { } identity)
            WriteIdentity(to, identity);
        StageExitCodec.Write(to, Stored.ContactState.StageExitsFieldNumber, contact.StageExits, model.ContactStages);
        ActivityCodec.Write(to, Stored.ContactState.RunFieldNumber, contact.Run);
        to.Number(Stored.ContactState.DuplicateCountFieldNumber, (long)contact.DuplicateCount);
        to.Text(Stored.ContactState.CompanyNameFieldNumber, membership.Matched.Name);
        to.Text(Stored.ContactState.CompanyAccountIdFieldNumber, membership.Matched.AccountId);
        SeenCodec.Write(to, Stored.ContactState.OpenSeenChunkFieldNumber, contact.Seen);
        ToldCodec.Write(to, Stored.ContactState.ToldFieldNumber, contact.TraitDates, traits, membership.EmailToldAt, membership.AccountToldAt);
        to.Truth(Stored.ContactState.IdentifiedFieldNumber, contact.IsIdentified);
        to.Truth(Stored.ContactState.ErasedFieldNumber, contact.Identity is { IsErased: true });
        to.Truth(Stored.ContactState.WakeUpDueFieldNumber, contact.IsWakeUpDue);
        to.Number(Stored.ContactState.ThresholdsReachedFieldNumber, contact.Reached);
        if (contact.LastHeardAt != Instant.Min)
            to.Number(Stored.ContactState.LastHeardBeforeTicksFieldNumber, contact.LastReceivedAt.Ticks - contact.LastHeardAt.Ticks);
        to.Truth(Stored.ContactState.MayReturnFieldNumber, contact.Identity is { MayReturn: true });
    }

    private static void WriteScore(MessageWriter to, ContactGrain contact, ScoringModel model)
    {
        var begun = to.Begin(Stored.ContactState.IntentFieldNumber);
        IntentCodec.Write(to, contact.Intent);
        to.End(begun);
        var engagement = contact.Intent.Contents.SettledEngagement;
        to.Text(Stored.ContactState.StageFieldNumber, model.ContactStages.NameOf(contact.Stage));
        to.Number(Stored.ContactState.SignalCountFieldNumber, (long)contact.SignalCount);
        to.Number(Stored.ContactState.LastSignalAtTicksFieldNumber, contact.LastSignalAt.Ticks);
        to.Number(Stored.ContactState.EngagedAtTicksFieldNumber, engagement.Ticks);
        to.Truth(Stored.ContactState.HasEngagedFieldNumber, engagement != Instant.Min);
    }

    private static void WriteRedirect(MessageWriter to, string from, string into)
    {
        var begun = to.Begin(Stored.ContactState.RedirectsFieldNumber);
        to.Text(Stored.AccountRedirect.FromAccountIdFieldNumber, from);
        to.Text(Stored.AccountRedirect.ToAccountIdFieldNumber, into);
        to.End(begun);
    }

    private static void WriteIdentity(MessageWriter to, ContactIdentity identity)
    {
        to.Text(Stored.ContactState.MergedIntoFieldNumber, identity.MergedInto);
        to.Truth(Stored.ContactState.MergePendingFieldNumber, identity.IsPending);
        foreach (var (id, signals) in identity.Merged)
        {
            var begun = to.Begin(Stored.ContactState.MergedFieldNumber);
            to.Text(Stored.MergedContact.ContactIdFieldNumber, id);
            to.Number(Stored.MergedContact.SignalsFieldNumber, (long)signals);
            to.End(begun);
        }

        foreach (var chunk in identity.Brought.Chunks())
        {
            var begun = to.Begin(Stored.ContactState.BroughtFieldNumber);
            to.Number(Stored.BroughtSignals.FirstReceivedAtTicksFieldNumber, chunk.FirstReceived.Ticks);
            to.Number(Stored.BroughtSignals.LastReceivedAtTicksFieldNumber, chunk.LastReceived.Ticks);
            to.Bytes(Stored.BroughtSignals.HashesFieldNumber, chunk.Hashes.Span);
            to.End(begun);
        }
    }
}
