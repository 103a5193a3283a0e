using LeadGrains.Grains.Accounts;
using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Wire;
using LeadGrains.Scoring;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Codecs;

/// <summary>An account's own state as its row keeps it.</summary>
internal static class AccountCodec
{
    /// <param name="to">Gets an AccountState.</param>
    /// <param name="account">The account.</param>
    /// <param name="traits">Its traits, sorted.</param>
    /// <param name="model">That it was scored under.</param>
    public static void Write(
        MessageWriter to, AccountGrain account, ReadOnlySpan<KeyValuePair<string, TraitValue>> traits, ScoringModel model)
    {
        to.Number(Stored.AccountState.LastSequenceFieldNumber, account.LastSequence);
        to.Text(Stored.AccountState.NameFieldNumber, account.Name);
        foreach (var domain in account.Domains)
            to.TextAlways(Stored.AccountState.DomainsFieldNumber, domain);
        foreach (var (name, value) in traits)
            TraitCodec.Write(to, Stored.AccountState.TraitsFieldNumber, name, value);
        var intent = to.Begin(Stored.AccountState.IntentFieldNumber);
        IntentCodec.Write(to, account.Intent);
        to.End(intent);
        to.Text(Stored.AccountState.StageFieldNumber, model.AccountStages.NameOf(account.Stage));
        to.Number(Stored.AccountState.SignalCountFieldNumber, (long)account.SignalCount);
        to.Number(Stored.AccountState.LastSignalAtTicksFieldNumber, account.LastSignalAt.Ticks);
        to.Text(Stored.AccountState.ClaimedByFieldNumber, account.ClaimedBy);
        to.Truth(Stored.AccountState.HasEntryFieldNumber, account.HasEntry);
        to.Number(Stored.AccountState.FirstSeenChunkFieldNumber, account.Seen.FirstChunk);
        to.Number(Stored.AccountState.LastReceivedAtTicksFieldNumber, account.LastReceivedAt.Ticks);
        if (account.PendingClaims.Count > 0)
            WriteClaims(to, account.PendingClaims);
        foreach (var name in account.CompanyNames)
            to.TextAlways(Stored.AccountState.CompanyNamesFieldNumber, name);
        StageExitCodec.Write(to, Stored.AccountState.StageExitsFieldNumber, account.StageExits, model.AccountStages);
        ActivityCodec.Write(to, Stored.AccountState.RunFieldNumber, account.Run);
        if (account.WokeUpAt != Instant.Min)
            to.NumberAlways(Stored.AccountState.WokeUpAtTicksFieldNumber, account.WokeUpAt.Ticks);
        to.Number(Stored.AccountState.DuplicateCountFieldNumber, (long)account.DuplicateCount);
        to.Text(Stored.AccountState.ParentAccountIdFieldNumber, account.ParentId);
        SeenCodec.Write(to, Stored.AccountState.OpenSeenChunkFieldNumber, account.Seen);
        ToldCodec.Write(to, Stored.AccountState.ToldFieldNumber, account.TraitDates, traits, account.NameToldAt, account.ParentToldAt);
        if (account.SurgingSince != Instant.Min)
            to.NumberAlways(Stored.AccountState.SurgingSinceTicksFieldNumber, account.SurgingSince.Ticks);
        to.Number(Stored.AccountState.ThresholdsReachedFieldNumber, account.Reached);
    }

    public static AccountGrain Decode(int slot, in RestingGrain row, ScoringModel model, ListArena? arena = null)
    {
        var state = Stored.AccountState.Parser.ParseFrom(row.State.Span);
        var account = new AccountGrain(slot, arena)
        {
            LastSequence = (long)state.LastSequence,
            LastReceivedAt = new Instant(state.LastReceivedAtTicks),
            Name = state.Name,
            Intent = IntentCodec.FromStored(state.Intent, arena),
            RowPlace = row.Place,
            Seen = SeenCodec.FromStored(row.Seen, state.FirstSeenChunk, state.OpenSeenChunk, arena),
            Stage = (byte)Math.Max(0, model.AccountStages.IndexOf(state.Stage)),
            StageExits = StageExitCodec.FromStored(state.StageExits, model.AccountStages),
            Reached = (byte)state.ThresholdsReached,
            SignalCount = state.SignalCount,
            LastSignalAt = new Instant(state.LastSignalAtTicks),
            Run = ActivityCodec.FromStored(state.Run),
            WokeUpAt = state.HasWokeUpAtTicks ? new Instant(state.WokeUpAtTicks) : Instant.Min,
            SurgingSince = state.HasSurgingSinceTicks ? new Instant(state.SurgingSinceTicks) : Instant.Min,
            ClaimedBy = state.ClaimedBy,
            HasEntry = state.HasEntry,
            DuplicateCount = state.DuplicateCount,
            ParentId = state.ParentAccountId,
            TraitDates = ToldCodec.DatesOf(state.Told, [.. state.Traits.Select(trait => trait.Name)]),
            NameToldAt = ToldCodec.FirstOf(state.Told),
            ParentToldAt = ToldCodec.SecondOf(state.Told),
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

    private static void WriteClaims(MessageWriter to, IReadOnlyList<long> sequences)
    {
        var begun = to.Begin(Stored.AccountState.PendingClaimsFieldNumber);
        foreach (var sequence in sequences)
            to.Item((ulong)sequence);
        to.End(begun);
    }
}
