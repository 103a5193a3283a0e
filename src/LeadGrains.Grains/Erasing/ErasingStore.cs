using LeadGrains.Grains.Storage;

namespace LeadGrains.Grains.Erasing;

/// <summary>What a node needs of its store to erase people.</summary>
/// <param name="Registry">Keeps tombstones and how far erasures are.</param>
/// <param name="People">Forgets people.</param>
/// <param name="NewSecret">32 random bytes, for a store that has no secret yet.</param>
public sealed record ErasingStore(IRegistry Registry, IPersonalData People, ReadOnlyMemory<byte> NewSecret);
