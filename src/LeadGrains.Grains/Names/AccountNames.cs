using System.Text;
using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Names;

/// <summary>
/// The names of a partition's accounts, by slot: the display name, and by which names an account is found. Nearly every
/// account is found by its display name alone, so that nothing else is kept of it. One thread at a time.
/// </summary>
internal sealed class AccountNames
{
    private readonly Column<uint> _places = new();
    private readonly IdArena _texts = new();

    // Of accounts with company names too: all names that they are found by.
    private readonly Dictionary<int, IReadOnlyList<string>> _keys = [];

    // Whom names were stated to lead to, where that is not the account itself.
    private readonly Dictionary<int, string> _claimants = [];

    /// <summary>The bytes that display names take.</summary>
    public long MemoryBytes => _places.MemoryBytes + _texts.MemoryBytes;

    /// <summary>Accounts that may have names.</summary>
    public IEnumerable<int> Slots
    {
        get
        {
            for (var slot = 0; slot < _places.Capacity; slot++)
            {
                if (_places[slot] != 0 || _keys.ContainsKey(slot))
                    yield return slot;
            }
        }
    }

    /// <summary>The display name; null where there is none.</summary>
    public string? DisplayOf(int slot) => Utf8Of(slot) is { IsEmpty: false } text ? Encoding.UTF8.GetString(text) : null;

    /// <summary>Replaces an account's names.</summary>
    /// <param name="slot">The account.</param>
    /// <param name="display">Its display name; empty for none.</param>
    /// <param name="keys">All names that it is found by, normalised; null where they follow from the display name.</param>
    /// <param name="claimant">Whom they lead to, where that is another account; else empty.</param>
    public void Take(int slot, string display, IReadOnlyList<string>? keys, string claimant)
    {
        _places.EnsureCapacity(slot + 1);
        if (!IsDisplay(slot, display))
            SetDisplay(slot, display);
        Set(_keys, slot, keys);
        Set(_claimants, slot, claimant.Length > 0 ? claimant : null);
    }

    /// <summary>Whether that is what was taken last.</summary>
    /// <inheritdoc cref="Take"/>
    public bool IsSame(int slot, string display, IReadOnlyList<string>? keys, string claimant) =>
        IsDisplay(slot, display) && ReferenceEquals(_keys.GetValueOrDefault(slot), keys) && ClaimantOf(slot) == claimant;

    /// <summary>All names that the account is found by, normalised, in order.</summary>
    public IReadOnlyList<string> KeysOf(int slot) =>
        _keys.TryGetValue(slot, out var keys) ? keys : NameKeys.Of(DisplayOf(slot) ?? "", []);

    /// <summary>Whom the names lead to, where that is another account; else empty.</summary>
    public string ClaimantOf(int slot) => _claimants.Count == 0 ? "" : _claimants.GetValueOrDefault(slot, "");

    private static void Set<TValue>(Dictionary<int, TValue> values, int slot, TValue? value)
        where TValue : class
    {
        if (value is not null)
            values[slot] = value;
        else if (values.Count > 0)
            values.Remove(slot);
    }

    private ReadOnlySpan<byte> Utf8Of(int slot) =>
        slot < _places.Capacity && _places[slot] is not 0 and var place ? _texts.Get(place) : default;

    private bool IsDisplay(int slot, string display)
    {
        Span<byte> utf8 = stackalloc byte[IdArena.MaxIdBytes];
        return Encoding.UTF8.TryGetBytes(display, utf8, out var written) && Utf8Of(slot).SequenceEqual(utf8[..written]);
    }

    private void SetDisplay(int slot, string display)
    {
        ref var place = ref _places[slot];
        if (place != 0)
            _texts.Free(place);
        place = display.Length > 0 ? _texts.Add(Encoding.UTF8.GetBytes(display)) : 0;
    }
}
