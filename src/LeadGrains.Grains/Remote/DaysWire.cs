using Google.Protobuf.Collections;
using LeadGrains.Grains.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Remote;

/// <summary>Points of the last days between nodes: those that are not zero, and which they are.</summary>
internal static class DaysWire
{
    /// <summary>Adds the days that have points; says which, bit 0 the newest.</summary>
    public static uint Add(in VelocityDays velocity, RepeatedField<float> days)
    {
        uint mask = 0;
        for (var age = 0; age < Velocity.Days; age++)
        {
            if (velocity[age] == 0)
                continue;
            mask |= 1u << age;
            days.Add(velocity[age]);
        }

        return mask;
    }
}
