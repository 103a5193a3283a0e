namespace LeadGrains.Grains.Residents;

/// <summary>A grain, for whoever has neither its key nor its slot at hand.</summary>
/// <param name="Partition">From 0.</param>
/// <param name="Hash">The hash of its key.</param>
/// <param name="Workspace">The code of its workspace.</param>
/// <param name="Id">In UTF-8.</param>
internal sealed record GrainPlace(int Partition, ulong Hash, ushort Workspace, byte[] Id)
{
    /// <summary>The grain in a slot.</summary>
    public static GrainPlace Of(ResidentTable keys, int partition, int slot) =>
        new(partition, keys.HashOf(slot), keys.WorkspaceOf(slot), keys.IdOf(slot).ToArray());
}
