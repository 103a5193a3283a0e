using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Residents;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Rollup;

/// <summary>What a contact adds to its account, made from the contact's columns.</summary>
internal static class OwedContribution
{
    /// <param name="partition">The contact's.</param>
    /// <param name="slot">The contact.</param>
    /// <param name="version">The contact's.</param>
    /// <param name="landmarks">What the sums shall be relative to.</param>
    /// <param name="sums">One for each column; overwritten, and part of what is returned.</param>
    public static Contribution Of(Partition partition, int slot, long version, ReadOnlySpan<Landmark> landmarks, Span<double> sums)
    {
        if (partition.Contacts.Columns.Has(slot, RankFlags.Disqualified))
        {
            sums.Clear();
            return Nothing(partition, slot, version, sums);
        }

        SumsOf(partition.Contacts.Columns, slot, landmarks, sums);
        return Absolute(partition, slot, version, sums);
    }

    // The landmarks are those of the clock; a partition that has not moved to them yet restates its sums.
    private static void SumsOf(RankColumns columns, int slot, ReadOnlySpan<Landmark> landmarks, Span<double> sums)
    {
        for (var i = 0; i < sums.Length; i++)
        {
            var sum = columns.Sums[i][slot];
            var (from, to) = (columns.Sums.Landmarks[i], landmarks[i]);
            sums[i] = from == to ? sum : DecaySums.Restate(sum, Landmark.Rescale(from, to));
        }
    }

    private static Contribution Absolute(Partition partition, int slot, long version, ReadOnlySpan<double> sums)
    {
        var columns = partition.Contacts.Columns;
        ref readonly var owed = ref partition.Links.Terms(slot);
        var lastSignalAt = columns.LastSignalAt(slot);
        return new Contribution
        {
            Contact = new KeyPlace(partition.Index, slot),
            Version = version,
            Flags = (lastSignalAt is null ? ContributionFlags.None : ContributionFlags.HasSignal) | (owed.EngagedAt == Instant.Min ? ContributionFlags.None : ContributionFlags.HasEngaged),
            Weight = partition.Links.WeightOf(slot),
            Role = partition.Links[slot].Role,
            Sums = sums,
            LastSignalAt = lastSignalAt ?? Instant.Min,
            Run = owed.Run,
            EngagedAt = owed.EngagedAt,
            Velocity = columns.Velocity.Of(slot),
        };
    }

    private static Contribution Nothing(Partition partition, int slot, long version, ReadOnlySpan<double> zeros)
    {
        return new Contribution
        {
            Contact = new KeyPlace(partition.Index, slot),
            Version = version,
            Flags = ContributionFlags.Disqualified,
            Sums = zeros,
        };
    }
}
