using System.Buffers;
using System.Text;

namespace LeadGrains.Scoring;

/// <summary>
/// `once_per: {attribute: A, within: D}`: signals with the same value of A, ignoring case, count once within D, the first to
/// arrive; without D once for as long as it is remembered. A signal without the attribute counts.
/// </summary>
internal sealed class OncePer(string attribute, TimeSpan within)
{
    private const int OnStack = 512;

    private readonly byte[] _nameUtf8 = Encoding.UTF8.GetBytes(attribute);

    /// <summary>The attribute whose values count once.</summary>
    public string Attribute => attribute;

    /// <summary>How far apart two signals must lie for both to count: further than this.</summary>
    public TimeSpan Within => within;

    /// <summary>The object that a signal is about; null where it lacks the attribute.</summary>
    public ulong? ObjectOf<TAttributes>(in TAttributes attributes)
        where TAttributes : IAttributes, allows ref struct =>
        attributes.TryGet(_nameUtf8, out var value) ? Hash(value) : null;

    // Values that are equal ignoring case have the same hash: each character beyond ASCII, none of which equals an ASCII
    // one, is hashed as its upper case is written in UTF-16.
    private static ulong Hash(ReadOnlySpan<byte> valueUtf8)
    {
        var hash = new Fnv();
        if (Ascii.IsValid(valueUtf8))
        {
            foreach (var value in valueUtf8)
                hash.Add(value is >= (byte)'a' and <= (byte)'z' ? (byte)(value - 'a' + 'A') : value);
            return hash.Mixed;
        }

        // UTF-8 never has fewer bytes than UTF-16 has characters.
        char[]? rented = null;
        var buffer = valueUtf8.Length <= OnStack ? stackalloc char[OnStack] : rented = ArrayPool<char>.Shared.Rent(valueUtf8.Length);
        var value16 = buffer[..Encoding.UTF8.GetChars(valueUtf8, buffer)];
        foreach (var character in value16)
        {
            var upper = char.ToUpperInvariant(character);
            hash.Add((byte)upper);
            hash.Add((byte)(upper >> 8));
        }

        if (rented is not null)
            ArrayPool<char>.Shared.Return(rented);
        return hash.Mixed;
    }

    /// <summary>FNV-1a of 64 bits; the last step of MurmurHash3 spreads what short values leave close together.</summary>
    private ref struct Fnv()
    {
        private ulong _hash = 14695981039346656037;

        public readonly ulong Mixed
        {
            get
            {
                var hash = (_hash ^ (_hash >> 33)) * 0xFF51AFD7ED558CCD;
                hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53;
                return hash ^ (hash >> 33);
            }
        }

        public void Add(byte value) => _hash = (_hash ^ value) * 1099511628211;
    }
}
