using Google.Protobuf;
using LeadGrains.Grains.Accounts;
using LeadGrains.Grains.Seen;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Codecs;

/// <summary>An account's own state as its row keeps it.</summary>
internal static class AccountCodec
{
    public static byte[] Encode(AccountGrain account, ScoringModel model)
    {
        var state = new Stored.AccountState
        {
            LastSequence = (ulong)account.LastSequence,
            LastReceivedAtTicks = account.LastReceivedAt.Ticks,
            Name = account.Name,
            Intent = IntentCodec.ToStored(account.Intent),
            Stage = model.AccountStages.NameOf(account.Stage),
            SignalCount = account.SignalCount,
            Run = ActivityCodec.ToStored(account.Run),
            LastSignalAtTicks = account.LastSignalAt.Ticks,
            ClaimedBy = account.ClaimedBy,
            HasEntry = account.HasEntry,
            DuplicateCount = account.DuplicateCount,
            ParentAccountId = account.ParentId,
            FirstSeenChunk = (uint)account.Seen.FirstChunk,
        };
        if (account.WokeUpAt != Instant.Min)
            state.WokeUpAtTicks = account.WokeUpAt.Ticks;
        state.Domains.AddRange(account.Domains);
        state.CompanyNames.AddRange(account.CompanyNames);
        state.PendingClaims.AddRange(account.PendingClaims.Select(sequence => (ulong)sequence));
        state.StageExits.AddRange(StageExitCodec.ToStored(account.StageExits, model.AccountStages));
        state.Traits.AddRange(TraitCodec.ToStored(account.Traits));
        return state.ToByteArray();
    }

    public static AccountGrain Decode(int slot, GrainRow row, ScoringModel model)
    {
        var state = Stored.AccountState.Parser.ParseFrom(row.State.Span);
        var account = new AccountGrain(slot)
        {
            LastSequence = (long)state.LastSequence,
            LastReceivedAt = new Instant(state.LastReceivedAtTicks),
            Name = state.Name,
            Intent = IntentCodec.FromStored(state.Intent),
            Seen = SeenSignals.Restore(row.Seen, (int)state.FirstSeenChunk),
            Stage = (byte)Math.Max(0, model.AccountStages.IndexOf(state.Stage)),
            StageExits = StageExitCodec.FromStored(state.StageExits, model.AccountStages),
            SignalCount = state.SignalCount,
            LastSignalAt = new Instant(state.LastSignalAtTicks),
            Run = ActivityCodec.FromStored(state.Run),
            WokeUpAt = state.HasWokeUpAtTicks ? new Instant(state.WokeUpAtTicks) : Instant.Min,
            ClaimedBy = state.ClaimedBy,
            HasEntry = state.HasEntry,
            DuplicateCount = state.DuplicateCount,
            ParentId = state.ParentAccountId,
        };
        account.AddDomains(state.Domains);
        account.AddCompanyNames(state.CompanyNames);
        foreach (var sequence in state.PendingClaims)
            account.AddPendingClaim((long)sequence);
        foreach (var trait in state.Traits)
            account.SetTrait(trait.Name, TraitCodec.FromStored(trait.Value)!);
        account.FollowTraits(model);
        account.TraitsChanged = false;
        return account;
    }
}
