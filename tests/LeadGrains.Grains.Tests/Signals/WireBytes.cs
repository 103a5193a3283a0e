using System.Text;

namespace LeadGrains.Grains.Tests.Signals;

/// <summary>Protobuf bytes put together by hand, so that a test can say what no serialiser would.</summary>
internal static class WireBytes
{
    public static byte[] Varint(ulong value, int padding = 0)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        // More bytes than needed mean the same number.
        for (; padding > 0 && bytes.Count < 10; padding--)
        {
            bytes[^1] |= 0x80;
            bytes.Add(0);
        }

        return [.. bytes];
    }

    public static byte[] Tag(int field, int wireType, int padding = 0) => Varint((ulong)((field << 3) | wireType), padding);

    public static byte[] Number(int field, ulong value, int padding = 0) => [.. Tag(field, 0), .. Varint(value, padding)];

    public static byte[] Bytes(int field, byte[] value, int padding = 0) => [.. Tag(field, 2, padding), .. Varint((ulong)value.Length, padding), .. value];

    public static byte[] Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public static byte[] Group(int field, params byte[][] fields) => [.. Tag(field, 3), .. Join(fields), .. Tag(field, 4)];

    public static byte[] NestedGroups(int levels) =>
        [.. Join(Enumerable.Repeat(Tag(20, 3), levels)), .. Join(Enumerable.Repeat(Tag(20, 4), levels))];

    public static byte[] Join(params IEnumerable<byte[]> parts) => [.. parts.SelectMany(part => part)];
}
