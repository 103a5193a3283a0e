using Google.Protobuf;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Names;
using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Remote;

/// <summary>Grains and names of any partition between nodes, each of which has numbers of its own for workspaces.</summary>
/// <param name="workspaces">Of the node.</param>
internal readonly struct PlaceWire(WorkspaceCodes workspaces)
{
    public Place Of(GrainPlace grain) => new()
    {
        Partition = (uint)grain.Partition,
        Hash = grain.Hash,
        Workspace = KeyWire.NameOf(workspaces.NameOf(grain.Workspace)),
        Id = ByteString.CopyFrom(grain.Id),
    };

    /// <exception cref="InvalidDataException">There is no such partition, or no key.</exception>
    public GrainPlace From(Place? place, int partitions) =>
        place is not null && place.Partition < partitions && place.Id.Length is > 0 and <= IdArena.MaxIdBytes
            ? new GrainPlace((int)place.Partition, place.Hash, workspaces.CodeOf(KeyWire.FromName(place.Workspace)), place.Id.ToByteArray())
            : throw new InvalidDataException("Another node tells of a grain that cannot be.");

    /// <exception cref="InvalidDataException">There is no such partition.</exception>
    public static int PartitionFrom(uint partition, int partitions) =>
        partition < partitions ? (int)partition : throw new InvalidDataException("Another node tells of a partition that there is not.");

    public static Name Of(NameKey name) => new() { First = name.First, Second = name.Second };

    /// <exception cref="InvalidDataException">There is none.</exception>
    public static NameKey From(Name? name) =>
        name is null ? throw new InvalidDataException("Another node tells of no name.") : new NameKey(name.First, name.Second);
}
