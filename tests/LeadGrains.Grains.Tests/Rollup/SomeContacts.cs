using System.Text;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Residents;
using LeadGrains.Grains.Rollup;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Rollup;

/// <summary>Contacts of three partitions that contribute to accounts of any.</summary>
internal sealed class SomeContacts
{
    private const int Partitions = 3;

    public SomeContacts()
    {
        for (var partition = 0; partition < Partitions; partition++)
            Keys.Add(partition, new ResidentTable(), new ResidentTable());
    }

    public NodeKeys Keys { get; } = new(Partitions);

    /// <summary>Where the contact of a message is; it is admitted where it is new.</summary>
    public KeyPlace PlaceOf(Message message)
    {
        var partition = (int)(message.ContactHash % Partitions);
        return new KeyPlace(partition, Keys.ContactsOf(partition).FindOrAdd(message.ContactHash, 0, Encoding.UTF8.GetBytes(message.Contact), out _));
    }

    public Contribution AsContribution(Message message) => new()
    {
        Contact = PlaceOf(message),
        Version = message.Version,
        Flags = (message.Withdrawn ? ContributionFlags.Withdrawn : ContributionFlags.None)
            | (message.LastSignalAt is null ? ContributionFlags.None : ContributionFlags.HasSignal)
            | (message.EngagedAt is null ? ContributionFlags.None : ContributionFlags.HasEngaged),
        Weight = message.Weight,
        Role = message.Role,
        Sums = message.Sums,
        LastSignalAt = message.LastSignalAt ?? Instant.Min,
        EngagedAt = message.EngagedAt ?? Instant.Min,
        Velocity = VelocityDays.Of(message.Velocity),
    };
}
