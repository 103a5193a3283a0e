using System.Text;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Parents;

/// <summary>
/// What an account brings to its parent, before the model's share is taken: its people's points times their weights and
/// its own signals' points. Neither its breadth nor what its own subsidiaries bring is in it. Absolute, so that the
/// newest takes the place of those before it. Immutable.
/// </summary>
internal sealed class Subsidiary(
    ulong hash, string id, double[] sums, Landmark[] landmarks, VelocityDays velocity, Instant lastSignalAt)
{
    /// <summary>The hash of the account's key.</summary>
    public ulong Hash => hash;

    public string Id => id;

    /// <summary>Points by the model's columns, relative to <see cref="Landmarks"/>.</summary>
    public ReadOnlySpan<double> Sums => sums;

    public ReadOnlySpan<Landmark> Landmarks => landmarks;

    /// <summary>Undecayed points of the last days.</summary>
    public VelocityDays Velocity => velocity;

    /// <summary>The newest scoring instant; the earliest of all before the first signal.</summary>
    public Instant LastSignalAt => lastSignalAt;

    /// <summary>One of <see cref="Sums"/>, relative to that landmark.</summary>
    public double SumAt(int column, Landmark landmark) => landmarks[column] == landmark
        ? sums[column]
        : DecaySums.Restate(sums[column], Landmark.Rescale(landmarks[column], landmark));

    /// <summary>From the columns of the account's partition, which are up to date.</summary>
    public static Subsidiary Of(Partition partition, int slot)
    {
        var columns = partition.Accounts.Columns;
        var sums = columns.Sums.Of(slot);
        var velocity = columns.Velocity.Of(slot);
        if (columns.Own.InUse)
        {
            for (var c = 0; c < sums.Length; c++)
                sums[c] += columns.Own.OwnSum(slot, c);
            velocity.AddScaled(columns.Own.OwnVelocity(slot), 1);
        }

        return new Subsidiary(
            columns.Keys.HashOf(slot), Encoding.UTF8.GetString(columns.Keys.IdOf(slot)), sums, columns.Sums.Landmarks.ToArray(),
            velocity, LastSignalOf(partition, slot));
    }

    private static Instant LastSignalOf(Partition partition, int slot)
    {
        var columns = partition.Accounts.Columns;
        return columns.Own.HasShare(slot)
            ? Instant.Later(partition.Contributions.NewestSignalOf(slot), columns.Own.OwnLastSignalAt(slot))
            : columns.LastSignalAt(slot) ?? Instant.Min;
    }
}
