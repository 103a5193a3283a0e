namespace LeadGrains.Gateway.Access;

/// <summary>All keys as of one reading; never changed.</summary>
internal sealed class KeySet
{
    private readonly Dictionary<string, KnownKey> _byId;
    private readonly Dictionary<string, KnownKey>.AlternateLookup<ReadOnlySpan<char>> _bySpan;

    public KeySet(IEnumerable<KnownKey> keys)
    {
        _byId = keys.ToDictionary(key => key.Id, StringComparer.Ordinal);
        _bySpan = _byId.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public IReadOnlyCollection<KnownKey> All => _byId.Values;

    /// <summary>The key that a caller shows; null where it is not in force. As long for any that is not.</summary>
    public KnownKey? Find(ReadOnlySpan<char> text, TimeProvider clock)
    {
        _ = KeyText.TryRead(text, out var id, out var secret);
        _bySpan.TryGetValue(id, out var key);
        return KnownKey.Fits(key, secret) && !key!.HasExpired(clock) ? key : null;
    }
}
