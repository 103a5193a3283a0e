using System.Text;
using Google.Protobuf;
using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Seen;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Codecs;

/// <summary>A contact's state as its row keeps it.</summary>
internal static class ContactCodec
{
    public static byte[] Encode(ContactGrain contact, ScoringModel model)
    {
        var membership = contact.Membership;
        var engagement = contact.Intent.Contents.SettledEngagement;
        var state = new Stored.ContactState
        {
            LastSequence = (ulong)contact.LastSequence,
            LastReceivedAtTicks = contact.LastReceivedAt.Ticks,
            Email = Encoding.UTF8.GetString(membership.Email),
            EmailUpserted = membership.EmailUpserted,
            SignalledEmailAtTicks = membership.SignalledEmailAt.Ticks,
            UpsertedAccountId = Encoding.UTF8.GetString(membership.UpsertedAccount),
            SignalledAccountId = Encoding.UTF8.GetString(membership.SignalledAccount),
            SignalledAccountAtTicks = membership.SignalledAccountAt.Ticks,
            Intent = IntentCodec.ToStored(contact.Intent),
            Stage = model.ContactStages.NameOf(contact.Stage),
            SignalCount = contact.SignalCount,
            Run = ActivityCodec.ToStored(contact.Run),
            LastSignalAtTicks = contact.LastSignalAt.Ticks,
            HasEngaged = engagement != Instant.Min,
            EngagedAtTicks = engagement.Ticks,
            DuplicateCount = contact.DuplicateCount,
            FirstSeenChunk = (uint)contact.Seen.FirstChunk,
            CompanyName = membership.Matched.Name,
            CompanyAccountId = membership.Matched.AccountId,
        };
        state.StageExits.AddRange(StageExitCodec.ToStored(contact.StageExits, model.ContactStages));
        state.Traits.AddRange(TraitCodec.ToStored(contact.Traits));
        foreach (var (from, to) in membership.Redirects)
            state.Redirects.Add(new Stored.AccountRedirect { FromAccountId = from, ToAccountId = to });
        AddIdentity(state, contact.Identity);
        return state.ToByteArray();
    }

    public static ContactGrain Decode(int slot, GrainRow row, ScoringModel model)
    {
        var state = Stored.ContactState.Parser.ParseFrom(row.State.Span);
        var contact = new ContactGrain(slot)
        {
            LastSequence = (long)state.LastSequence,
            LastReceivedAt = new Instant(state.LastReceivedAtTicks),
            Intent = IntentCodec.FromStored(state.Intent, state.HasEngaged ? new Instant(state.EngagedAtTicks) : Instant.Min),
            Seen = SeenSignals.Restore(row.Seen, (int)state.FirstSeenChunk),
            Stage = (byte)Math.Max(0, model.ContactStages.IndexOf(state.Stage)),
            StageExits = StageExitCodec.FromStored(state.StageExits, model.ContactStages),
            SignalCount = state.SignalCount,
            LastSignalAt = new Instant(state.LastSignalAtTicks),
            Run = ActivityCodec.FromStored(state.Run),
            DuplicateCount = state.DuplicateCount,
        };
        contact.Membership.Restore(
            state.Email, state.EmailUpserted, new Instant(state.SignalledEmailAtTicks), state.UpsertedAccountId,
            state.SignalledAccountId, new Instant(state.SignalledAccountAtTicks),
            state.Redirects.Select(redirect => (redirect.FromAccountId, redirect.ToAccountId)),
            (state.CompanyName, state.CompanyAccountId), model.FreeMail);
        foreach (var trait in state.Traits)
            contact.SetTrait(trait.Name, TraitCodec.FromStored(trait.Value)!);
        contact.Identity = IdentityOf(state);
        contact.FollowTraits(model);
        contact.TraitsChanged = false;
        return contact;
    }

    private static void AddIdentity(Stored.ContactState state, ContactIdentity? identity)
    {
        if (identity is null)
            return;
        state.MergedInto = identity.MergedInto;
        state.MergePending = identity.IsPending;
        foreach (var (id, signals) in identity.Merged)
            state.Merged.Add(new Stored.MergedContact { ContactId = id, Signals = signals });
        foreach (var chunk in identity.Brought.Chunks())
        {
            state.Brought.Add(new Stored.BroughtSignals
            {
                FirstReceivedAtTicks = chunk.FirstReceived.Ticks,
                LastReceivedAtTicks = chunk.LastReceived.Ticks,
                Hashes = ByteString.CopyFrom(chunk.Hashes.Span),
            });
        }
    }

    private static ContactIdentity? IdentityOf(Stored.ContactState state) =>
        state.MergedInto.Length == 0 && state.Merged.Count == 0
            ? null
            : ContactIdentity.Restore(
                state.MergedInto, state.MergePending, state.Merged.Select(merged => (merged.ContactId, merged.Signals)), BroughtOf(state));

    private static SeenSignals BroughtOf(Stored.ContactState state) => SeenSignals.Restore(
        [
            .. state.Brought.Select((chunk, number) => new SeenChunk(
                number, new Instant(chunk.FirstReceivedAtTicks), new Instant(chunk.LastReceivedAtTicks), chunk.Hashes.Memory)),
        ],
        firstChunk: 0);
}
