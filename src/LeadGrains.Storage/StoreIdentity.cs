namespace LeadGrains.Storage;

/// <summary>What both parts of a store carry, so that parts of different stores are never used together.</summary>
/// <param name="Id">Given when the store was created.</param>
/// <param name="PartitionCount">Fixed when the store was created.</param>
internal readonly record struct StoreIdentity(Guid Id, int PartitionCount);
