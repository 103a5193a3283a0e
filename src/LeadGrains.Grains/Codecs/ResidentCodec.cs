using LeadGrains.Grains.Accounts;
using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Wire;
using LeadGrains.Scoring;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Codecs;

/// <summary>What a restart reads of a grain in one pass, to fill the columns without the grain.</summary>
internal static class ResidentCodec
{
    /// <summary>Writes a contact's ResidentState.</summary>
    public static void Write(MessageWriter to, Partition partition, ContactGrain contact)
    {
        var columns = partition.Contacts.Columns;
        to.Number(Stored.ResidentState.LastSequenceFieldNumber, contact.LastSequence);
        to.Double(Stored.ResidentState.FitFieldNumber, contact.Fit);
        for (var column = 0; column < columns.Sums.Count; column++)
            WriteSum(to, columns.Sums, column, columns.Sums[column][contact.Slot]);
        WriteLastSignal(to, contact);
        to.Number(Stored.ResidentState.EngagedAtTicksFieldNumber, contact.EngagedAt.Ticks);
        to.Truth(Stored.ResidentState.HasEngagedFieldNumber, contact.EngagedAt != Instant.Min);
        to.Double(Stored.ResidentState.RoleWeightFieldNumber, contact.RoleWeight);
        WriteVelocity(to, contact);
        WriteTraits(to, columns, contact.Traits);
        to.Text(Stored.ResidentState.AccountIdFieldNumber, contact.Membership.AccountId);
        if (partition.FormerAccounts.TryGetValue(contact.Slot, out var former))
        {
            foreach (var account in former)
                to.BytesAlways(Stored.ResidentState.FormerAccountIdsFieldNumber, partition.AccountRefs.IdOf(account.AccountRef));
        }

        to.Truth(Stored.ResidentState.HasEntryFieldNumber, !contact.IsRedirect);
        to.Text(Stored.ResidentState.MergedIntoFieldNumber, contact.Identity?.MergedInto ?? "");
        to.Truth(Stored.ResidentState.MergePendingFieldNumber, contact.Identity?.IsPending ?? false);
        if (contact.Membership.SoughtName.Length > 0)
            to.Text(Stored.ResidentState.SoughtCompanyFieldNumber, contact.Membership.Company);
        StageExitCodec.Write(to, Stored.ResidentState.StageExitsFieldNumber, contact.StageExits, columns.ModelOf(contact.Slot).ContactStages);
        ActivityCodec.Write(to, Stored.ResidentState.RunFieldNumber, contact.Run);
        to.Truth(Stored.ResidentState.ErasedFieldNumber, contact.Identity is { IsErased: true });
        to.Truth(Stored.ResidentState.WakeUpDueFieldNumber, contact.IsWakeUpDue);
        to.Number(Stored.ResidentState.ThresholdsReachedFieldNumber, contact.Reached);
        if (contact.LastHeardAt > Instant.Epoch)
            to.Number(Stored.ResidentState.LastHeardHoursFieldNumber, contact.LastHeardAt.Ticks / TimeSpan.TicksPerHour);
        to.Truth(Stored.ResidentState.MayReturnFieldNumber, contact.Identity is { MayReturn: true });
    }

    /// <summary>Writes an account's ResidentState.</summary>
    public static void Write(MessageWriter to, Partition partition, AccountGrain account)
    {
        var columns = partition.Accounts.Columns;
        to.Number(Stored.ResidentState.LastSequenceFieldNumber, account.LastSequence);
        to.Double(Stored.ResidentState.FitFieldNumber, account.Fit);
        for (var column = 0; columns.Own.InUse && column < columns.Own.Sums.Count; column++)
            WriteSum(to, columns.Own.Sums, column, columns.Own.OwnSum(account.Slot, column));
        WriteLastSignal(to, account);
        WriteVelocity(to, account);
        WriteTraits(to, columns, account.Traits);
        to.Text(Stored.ResidentState.NameFieldNumber, account.Name);
        to.Text(Stored.ResidentState.ClaimedByFieldNumber, account.Claimant);
        to.Truth(Stored.ResidentState.HasEntryFieldNumber, account.HasEntry);
        foreach (var name in account.CompanyNames)
            to.TextAlways(Stored.ResidentState.CompanyNamesFieldNumber, name);
        StageExitCodec.Write(to, Stored.ResidentState.StageExitsFieldNumber, account.StageExits, columns.ModelOf(account.Slot).AccountStages);
        ActivityCodec.Write(to, Stored.ResidentState.RunFieldNumber, account.Run);
        if (account.WokeUpAt != Instant.Min)
            to.NumberAlways(Stored.ResidentState.WokeUpAtTicksFieldNumber, account.WokeUpAt.Ticks);
        to.Text(Stored.ResidentState.ParentAccountIdFieldNumber, account.ParentId);
        if (account.SurgingSince != Instant.Min)
            to.NumberAlways(Stored.ResidentState.SurgingSinceTicksFieldNumber, account.SurgingSince.Ticks);
        to.Number(Stored.ResidentState.ThresholdsReachedFieldNumber, account.Reached);
    }

    private static void WriteSum(MessageWriter to, DecaySums columns, int column, double sum)
    {
        var begun = to.Begin(Stored.ResidentState.SumsFieldNumber);
        to.Number(Stored.DecayedSum.AtTicksFieldNumber, columns.Landmarks[column].StartOf(columns.HalfLives[column]).Ticks);
        to.Double(Stored.DecayedSum.PointsFieldNumber, sum);
        to.End(begun);
    }

    private static void WriteLastSignal(MessageWriter to, Grain grain)
    {
        to.Number(Stored.ResidentState.LastSignalAtTicksFieldNumber, grain.LastSignalAt.Ticks);
        to.Truth(Stored.ResidentState.HasSignalFieldNumber, grain.LastSignalAt != Instant.Min);
    }

    private static void WriteVelocity(MessageWriter to, Grain grain)
    {
        if (!grain.Intent.Velocity.IsEmpty)
            IntentCodec.WriteVelocity(to, Stored.ResidentState.VelocityFieldNumber, grain.Intent.Velocity);
    }

    private static void WriteTraits(MessageWriter to, RankColumns columns, Dictionary<string, TraitValue> traits)
    {
        if (traits.Count == 0)
            return;
        foreach (var column in columns.Traits)
        {
            if (traits.TryGetValue(column.Name, out var value))
                TraitCodec.Write(to, Stored.ResidentState.TraitsFieldNumber, column.Name, value);
        }
    }
}
