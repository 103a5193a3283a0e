using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Wire;

namespace LeadGrains.Grains.Entries;

/// <summary>Walks the entries of a block: <c>while (reader.TryRead(out var entry)) ...</c></summary>
/// <param name="block">Length-delimited Entry messages, and nothing after the last.</param>
public ref struct EntryReader(ReadOnlySpan<byte> block)
{
    private readonly ReadOnlySpan<byte> _block = block;
    private int _at;

    /// <summary>The next entry.</summary>
    /// <returns>False at the end of the block.</returns>
    /// <exception cref="JournalDamagedException">The bytes are no entry, although the block has its checksum.</exception>
    public bool TryRead(out EntryView entry)
    {
        if (_at == _block.Length)
        {
            entry = default;
            return false;
        }

        var start = _at;
        if (!WireReader.TryReadRange(_block, ref _at, out var range) || !EntryView.TryRead(range.In(_block), out entry))
            throw new JournalDamagedException(FormattableString.Invariant($"the entry at byte {start} of its block cannot be read"));
        return true;
    }
}
