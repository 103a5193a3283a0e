using System.Text;
using Google.Protobuf;
using LeadGrains.Grains.Accounts;
using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Ranking;
using LeadGrains.Scoring;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Codecs;

/// <summary>What a restart reads of a grain in one pass, to fill the columns without the grain.</summary>
internal static class ResidentCodec
{
    public static byte[] Encode(Partition partition, ContactGrain contact)
    {
        var columns = partition.Contacts.Columns;
        var slot = contact.Slot;
        var state = new Stored.ResidentState
        {
            LastSequence = (ulong)contact.LastSequence,
            Fit = contact.Fit,
            RoleWeight = contact.RoleWeight,
            HasSignal = contact.LastSignalAt != Instant.Min,
            LastSignalAtTicks = contact.LastSignalAt.Ticks,
            Run = ActivityCodec.ToStored(contact.Run),
            HasEngaged = contact.EngagedAt != Instant.Min,
            EngagedAtTicks = contact.EngagedAt.Ticks,
            AccountId = contact.Membership.AccountId,
            HasEntry = !contact.IsRedirect,
            MergedInto = contact.Identity?.MergedInto ?? "",
            MergePending = contact.Identity?.IsPending ?? false,
            SoughtCompany = contact.Membership.SoughtName.Length > 0 ? contact.Membership.Company : "",
        };
        AddSums(state, columns.Sums, columns.Sums.Of(slot));
        AddTraits(state, columns, contact.Traits);
        state.StageExits.AddRange(StageExitCodec.ToStored(contact.StageExits, columns.Model.ContactStages));
        if (!contact.Intent.Velocity.IsEmpty)
            state.Velocity = IntentCodec.ToStored(contact.Intent.Velocity);
        if (partition.FormerAccounts.TryGetValue(slot, out var former))
            state.FormerAccountIds.AddRange(former.Select(account => Encoding.UTF8.GetString(partition.AccountRefs.IdOf(account.AccountRef))));
        return state.ToByteArray();
    }

    public static byte[] Encode(Partition partition, AccountGrain account)
    {
        var columns = partition.Accounts.Columns;
        var state = new Stored.ResidentState
        {
            LastSequence = (ulong)account.LastSequence,
            Fit = account.Fit,
            HasSignal = account.LastSignalAt != Instant.Min,
            LastSignalAtTicks = account.LastSignalAt.Ticks,
            Run = ActivityCodec.ToStored(account.Run),
            Name = account.Name,
            ClaimedBy = account.Claimant,
            HasEntry = account.HasEntry,
            ParentAccountId = account.ParentId,
        };
        if (account.WokeUpAt != Instant.Min)
            state.WokeUpAtTicks = account.WokeUpAt.Ticks;
        state.CompanyNames.AddRange(account.CompanyNames);
        if (columns.Own.InUse)
            AddSums(state, columns.Own.Sums, columns.Own.OwnSums(account.Slot));
        AddTraits(state, columns, account.Traits);
        state.StageExits.AddRange(StageExitCodec.ToStored(account.StageExits, columns.Model.AccountStages));
        if (!account.Intent.Velocity.IsEmpty)
            state.Velocity = IntentCodec.ToStored(account.Intent.Velocity);
        return state.ToByteArray();
    }

    /// <summary>The stored sums, stated relative to the landmarks of the columns.</summary>
    public static void SumsInto(Stored.ResidentState state, DecaySums columns, Span<double> sums)
    {
        sums.Clear();
        for (var i = 0; i < sums.Length && i < state.Sums.Count; i++)
        {
            var stored = state.Sums[i];
            if (stored.Points == 0)
                continue;
            var from = Landmark.At(new Instant(stored.AtTicks), columns.HalfLives[i]);
            sums[i] = DecaySums.Restate(stored.Points, Landmark.Rescale(from, columns.Landmarks[i]));
        }
    }

    public static Dictionary<string, TraitValue> TraitsOf(Stored.ResidentState state) =>
        state.Traits.ToDictionary(trait => trait.Name, trait => TraitCodec.FromStored(trait.Value)!, StringComparer.Ordinal);

    private static void AddSums(Stored.ResidentState state, DecaySums columns, double[] sums)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            state.Sums.Add(new Stored.DecayedSum
            {
                AtTicks = columns.Landmarks[i].StartOf(columns.HalfLives[i]).Ticks,
                Points = sums[i],
            });
        }
    }

    private static void AddTraits(Stored.ResidentState state, RankColumns columns, Dictionary<string, TraitValue> traits)
    {
        foreach (var column in columns.Traits)
        {
            if (traits.TryGetValue(column.Name, out var value))
                state.Traits.Add(new Stored.Trait { Name = column.Name, Value = TraitCodec.ToStored(value) });
        }
    }
}
