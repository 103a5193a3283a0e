using System.Runtime.InteropServices;
using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Names;

/// <summary>A name, and the account that has it where there is one alone, found as itself.</summary>
[StructLayout(LayoutKind.Sequential, Pack = sizeof(int))]
internal struct NameEntry
{
    /// <summary>Several accounts have it, or one whose contacts go to another.</summary>
    public const int Shared = -1;

    /// <inheritdoc cref="NameKey.First"/>
    public ulong First;

    /// <inheritdoc cref="NameKey.Second"/>
    public uint Second;

    /// <summary>The account's slot plus 1; 0 for none, <see cref="Shared"/> for others. Of a free entry the next free one plus 1.</summary>
    public int HolderAfter;

    /// <summary>The account's partition.</summary>
    public ushort HolderPartition;

    /// <summary>The account; null where it is none or not one alone.</summary>
    public readonly KeyPlace? Holder => HolderAfter > 0 ? new KeyPlace(HolderPartition, HolderAfter - 1) : null;

    /// <summary>Replaces the account.</summary>
    public void SetHolder(KeyPlace? account)
    {
        HolderAfter = account is { } place ? place.Slot + 1 : 0;
        HolderPartition = account is { } there ? checked((ushort)there.Partition) : default;
    }
}
