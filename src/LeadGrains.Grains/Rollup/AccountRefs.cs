using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Rollup;

/// <summary>
/// Accounts, of any partition, that contacts of a loop belong to. While a loop's partitions are recovered side by side
/// several threads refer to accounts; what a reference leads to never changes.
/// </summary>
internal sealed class AccountRefs
{
    private readonly Lock _adding = new();
    private readonly ResidentTable _accounts = new();

    /// <summary>All references are below it.</summary>
    public int Count => _accounts.Slots;

    /// <summary>The bytes that they take.</summary>
    public long MemoryBytes => _accounts.MemoryBytes;

    /// <summary>The reference to an account.</summary>
    public int FindOrAdd(ulong hash, ushort workspace, ReadOnlySpan<byte> id)
    {
        lock (_adding)
        {
            return _accounts.FindOrAdd(hash, workspace, id, out _);
        }
    }

    /// <summary>The hash of the account's key.</summary>
    public ulong HashOf(int reference) => _accounts.HashOf(reference);

    /// <summary>The code of the account's workspace.</summary>
    public ushort WorkspaceOf(int reference) => _accounts.WorkspaceOf(reference);

    /// <summary>The account's id in UTF-8.</summary>
    public ReadOnlySpan<byte> IdOf(int reference) => _accounts.IdOf(reference);
}
