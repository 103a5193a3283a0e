namespace LeadGrains.Scoring;

/// <summary>
/// A set of groups, or of the columns that they belong to, in 64 bits. Places from 64 on share a bit with lower ones, so
/// that such a set may hold more than was put into it, never less.
/// </summary>
public readonly record struct GroupSet
{
    private const int Mask = 63;

    private readonly ulong _bits;

    private GroupSet(ulong bits) => _bits = bits;

    /// <summary>Every group.</summary>
    public static GroupSet All => new(ulong.MaxValue);

    /// <summary>Nothing was put into it.</summary>
    public bool IsEmpty => _bits == 0;

    /// <summary>Whether the group at that place may be in it.</summary>
    public bool Holds(int place) => (_bits >> (place & Mask) & 1) != 0;

    /// <summary>The same, and the group at that place.</summary>
    public GroupSet With(int place) => new(_bits | 1UL << (place & Mask));
}
