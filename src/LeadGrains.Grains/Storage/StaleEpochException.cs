namespace LeadGrains.Grains.Storage;

/// <summary>
/// A write was made under an ownership that has ended: another node has taken the partition since. Nothing of it was
/// stored, and nothing written under that epoch will be. The message names the partition, both epochs and the owner.
/// </summary>
public sealed class StaleEpochException(string message, Exception? inner = null) : Exception(message, inner);
