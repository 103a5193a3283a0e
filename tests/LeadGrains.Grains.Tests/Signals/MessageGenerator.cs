using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace LeadGrains.Grains.Tests.Signals;

/// <summary>
/// Random request messages as bytes: valid ones, ones that only a foreign or hostile client would send (repeated and
/// unknown fields, other wire types, groups, padded varints), and damaged ones.
/// </summary>
internal static class MessageGenerator
{
    private static readonly Gen<int> Padding = Gen.Frequency((12, Gen.Constant(0)), (1, Gen.Choose(1, 9)));

    private static readonly Gen<byte[]> Text = Gen.Frequency(
        (10, from length in Gen.Choose(0, 20) from letters in Gen.Choose(33, 126).ListOf(length) select letters.Select(letter => (byte)letter).ToArray()),
        (2, from length in Gen.Choose(60, 330) select Enumerable.Repeat((byte)'x', length).ToArray()),
        (1, Gen.Elements(1023, 1024, 1025, 1100).Select(length => Enumerable.Repeat((byte)'y', length).ToArray())),
        (2, Gen.Elements("Zoë", "名前 字", "😀", "a\u0001b", "a\0b", "\0", "12345678\0", "\u07FF\uFFFF\U0010FFFF").Select(Encoding.UTF8.GetBytes)),
        (2, from bytes in Gen.Choose(0, 255).ListOf(5) select bytes.Select(one => (byte)one).ToArray()),
        (1, Gen.Elements<byte[]>([0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [.. "abcdefgh"u8, 0xFF], [0x61, 0xE2, 0x82])));

    private static readonly Gen<ulong> Number = Gen.OneOf(
        Gen.Choose(0, 300).Select(value => (ulong)value),
        Gen.Elements<ulong>(127, 128, uint.MaxValue, 1UL << 32, long.MaxValue, 1UL << 63, ulong.MaxValue));

    private static readonly Gen<byte[]> Unknown = Gen.Sized(size => Foreign(size));

    private static readonly Gen<byte[]> OccurredAt = Repeated(4, Gen.Frequency(
        (6, from seconds in Seconds() from padding in Padding select WireBytes.Number(1, (ulong)seconds, padding)),
        (4, from nanos in Gen.Elements<ulong>(0, 1, 99, 100, 500_000_000, 999_999_999, 1_000_000_000, ulong.MaxValue) select WireBytes.Number(2, nanos)),
        (1, Unknown)));

    private static readonly Gen<byte[]> Attribute = Repeated(4, Gen.Frequency(
        (5, from name in Gen.Elements("url", "channel", "", "名").Select(Encoding.UTF8.GetBytes) select WireBytes.Bytes(1, name)),
        (5, Field(2, Text)),
        (1, Field(1, Text)),
        (1, Unknown)));

    private static readonly Gen<byte[]> SignalField = Gen.Frequency(
        (12, from number in Gen.Choose(1, 6) from field in Field(number, Text) select field),
        (3, Field(7, OccurredAt)),
        (4, Field(8, Attribute)),
        (1, from count in Gen.Choose(30, 34) from one in Field(8, Attribute) select WireBytes.Join(Enumerable.Repeat(one, count))),
        (2, Unknown));

    private static readonly Gen<byte[]> Signal = Gen.Frequency(
        (8, from fields in Repeated(6, SignalField) select WireBytes.Join(WireBytes.Text(1, "e"), WireBytes.Text(3, "t"), WireBytes.Text(4, "c"), fields)),
        (3, Repeated(8, SignalField)),
        (1, from length in Gen.Elements(65_000, 65_536, 70_000) select WireBytes.Bytes(99, new byte[length])));

    /// <summary>Messages of a request whose `signals` has this number, with fields up to 3 of every kind.</summary>
    public static Arbitrary<byte[]> Messages(int signalsField)
    {
        var field = Gen.Frequency(
            (12, Field(signalsField, Signal)),
            (2, from number in Gen.Choose(1, 3) from value in Gen.Choose(0, 3) select WireBytes.Number(number, (ulong)value)),
            (1, from number in Gen.Choose(1, 3) from value in Number from padding in Padding select WireBytes.Number(number, value, padding)),
            (1, Unknown));
        var whole = Repeated(8, field);
        var damaged = from message in whole from damage in Damage(message) select damage;
        var noise = from bytes in Gen.Choose(0, 255).ListOf() select bytes.Select(one => (byte)one).ToArray();
        return Arb.From(Gen.Frequency((6, whole), (5, damaged), (1, noise)), Smaller);
    }

    private static Gen<byte[]> Field(int number, Gen<byte[]> value) =>
        from bytes in value from padding in Padding select WireBytes.Bytes(number, bytes, padding);

    private static Gen<byte[]> Repeated(int most, Gen<byte[]> field) =>
        from count in Gen.Choose(0, most) from fields in field.ListOf(count) select WireBytes.Join(fields);

    private static Gen<long> Seconds()
    {
        var received = Batches.ReceivedAt.Ticks / TimeSpan.TicksPerSecond;
        return Gen.Frequency(
            (6, Gen.Choose(-1_000_000, 1_000).Select(offset => received + offset)),
            (3, Gen.Elements<long>(0, 299, 300, 301).Select(offset => received + offset)),
            (3, Gen.Elements<long>(0, -1, -62_135_596_800, -62_135_596_801, 253_402_300_799, 253_402_300_800, long.MinValue, long.MaxValue)));
    }

    // Any number, known ones too, with any wire type.
    private static Gen<byte[]> Foreign(int size)
    {
        var number = Gen.Frequency((3, Gen.Choose(1, 9)), (1, Gen.Elements(15, 16, 2047, 2048, 536_870_911)));
        var leaf = Gen.OneOf(
            from field in number from value in Number select WireBytes.Number(field, value),
            from field in number select (byte[])[.. WireBytes.Tag(field, 5), 1, 2, 3, 4],
            from field in number select (byte[])[.. WireBytes.Tag(field, 1), 1, 2, 3, 4, 5, 6, 7, 8],
            from field in number from value in Text select WireBytes.Bytes(field, value));
        if (size <= 1)
            return leaf;
        var group = from field in number from inner in Repeated(3, Foreign(size / 4)) select WireBytes.Group(field, inner);
        return Gen.Frequency((5, leaf), (2, group));
    }

    private static Gen<byte[]> Damage(byte[] message)
    {
        if (message.Length == 0)
            return Gen.Constant(message);
        var place = Gen.Choose(0, message.Length - 1);
        return Gen.OneOf(
            from end in place select message[..end],
            from at in place from value in Gen.Choose(0, 255) select (byte[])[.. message[..at], (byte)value, .. message[(at + 1)..]],
            from at in place from value in Gen.Choose(0, 255) select (byte[])[.. message[..at], (byte)value, .. message[at..]],
            from at in place select (byte[])[.. message[..at], .. message[(at + 1)..]],
            from at in place from bit in Gen.Choose(0, 7) select message.Select((one, i) => i == at ? (byte)(one ^ (1 << bit)) : one).ToArray());
    }

    private static IEnumerable<byte[]> Smaller(byte[] message)
    {
        for (var length = message.Length / 2; length > 0; length /= 2)
        {
            for (var at = 0; at + length <= message.Length; at += length)
                yield return [.. message[..at], .. message[(at + length)..]];
        }
    }
}
