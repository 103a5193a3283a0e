using System.Text;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Rollup;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Requests;

/// <summary>Who contributes to an account. Those who are disqualified bring nothing and are left out.</summary>
/// <param name="Largest">Those who bring most, as many as were asked for.</param>
/// <param name="Others">How many more there are.</param>
/// <param name="OthersPoints">What these bring together, times their weights.</param>
internal sealed record Contributors(IReadOnlyList<Contributor> Largest, int Others, double OthersPoints)
{
    public static Contributors None { get; } = new([], 0, 0);

    /// <summary>Those of an account at an instant. Only the largest get an object, so that many cost little of the loop's time.</summary>
    public static Contributors Of(Partition partition, int accountSlot, Instant at, int atMost)
    {
        var table = partition.Contributions;
        var factors = partition.Accounts.Columns.Sums.FactorsAt(at);
        var largest = new PriorityQueue<(int Slot, double Weight, double Points), double>();
        var (others, othersPoints) = (0, 0.0);
        for (var slot = table.FirstOf(accountSlot); slot >= 0; slot = table.NextOf(slot))
        {
            var contribution = table[slot];
            if (contribution.Has(ContributionFlags.Disqualified))
                continue;
            double points = 0;
            for (var c = 0; c < factors.Length; c++)
                points += contribution.Sums[c] * factors[c];
            var one = (slot, contribution.Weight, points);
            var size = Math.Abs(contribution.Weight * points);
            if (largest.Count < atMost)
            {
                largest.Enqueue(one, size);
                continue;
            }

            var smallest = largest.EnqueueDequeue(one, size);
            others++;
            othersPoints += smallest.Weight * smallest.Points;
        }

        var account = partition.KeyOf(GrainKind.Account, accountSlot);
        return new Contributors([.. largest.UnorderedItems.Select(item => Named(item.Element))], others, othersPoints);

        Contributor Named((int Slot, double Weight, double Points) one) => new(
            new GrainKey(account.Workspace, GrainKind.Contact, Encoding.UTF8.GetString(table.ContactIdOf(one.Slot))), one.Weight, one.Points);
    }
}

/// <param name="Contact">Who.</param>
/// <param name="Weight">The weight of the contact's role.</param>
/// <param name="Points">Its intent points at the instant, without the weight.</param>
internal readonly record struct Contributor(GrainKey Contact, double Weight, double Points);
