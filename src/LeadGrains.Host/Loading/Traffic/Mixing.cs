namespace LeadGrains.Host.Loading.Traffic;

/// <summary>Numbers that look random and depend on nothing but their input (SplitMix64: Steele, Lea, Flood 2014).</summary>
internal static class Mixing
{
    public static ulong Of(ulong seed, ulong number)
    {
        unchecked
        {
            var z = seed + ((number + 1) * 0x9E3779B97F4A7C15);
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }

    /// <summary>Maps 32 random bits evenly to 0 up to, not including, the count.</summary>
    public static int Below(uint bits, int count) => (int)(((ulong)bits * (uint)count) >> 32);
}
