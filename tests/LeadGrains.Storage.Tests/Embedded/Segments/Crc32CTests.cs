using System.Text;
using LeadGrains.Storage.Embedded.Segments;

namespace LeadGrains.Storage.Tests.Embedded.Segments;

public sealed class Crc32CTests
{
    [Fact]
    public void Append_WhenGivenPublishedVectors_GivesTheirChecksums()
    {
        // RFC 3720, B.4, and the usual check value.
        Assert.Equal(0xE3069283u, Crc32C.Append(0, "123456789"u8));
        Assert.Equal(0x8A9136AAu, Crc32C.Append(0, new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32C.Append(0, Enumerable.Repeat((byte)0xFF, 32).ToArray()));
        Assert.Equal(0x46DD794Eu, Crc32C.Append(0, [.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
        Assert.Equal(0x113FDB5Cu, Crc32C.Append(0, [.. Enumerable.Range(0, 32).Select(i => (byte)(31 - i))]));
        Assert.Equal(0xD9963A56u, Crc32C.Append(0, Convert.FromHexString(
            "01C00000000000000000000000000000140000000000040000000014000000182800000000000000" + "0200000000000000")));
        Assert.Equal(0u, Crc32C.Append(0, []));
        Assert.Equal(0x22620404u, Crc32C.Append(0, Encoding.ASCII.GetBytes("The quick brown fox jumps over the lazy dog")));
    }

    [Fact]
    public void Append_WhenOfAnyLengthAndCut_EqualsTheDefinition()
    {
        var random = new Random(5);
        var bytes = new byte[20_000];
        random.NextBytes(bytes);
        foreach (var length in Enumerable.Range(0, 70).Concat([3_071, 3_072, 3_073, 3_080, 6_144, 7_001, 20_000]))
        {
            var expected = ByDefinition(bytes.AsSpan(0, length));
            Assert.Equal(expected, Crc32C.Append(0, bytes.AsSpan(0, length)));
            var cut = random.Next(length + 1);
            Assert.Equal(expected, Crc32C.Append(Crc32C.Append(0, bytes.AsSpan(0, cut)), bytes.AsSpan(cut, length - cut)));
        }
    }

    // Bit by bit, as the polynomial says.
    private static uint ByDefinition(ReadOnlySpan<byte> bytes)
    {
        var state = uint.MaxValue;
        foreach (var value in bytes)
        {
            state ^= value;
            for (var bit = 0; bit < 8; bit++)
                state = (state >> 1) ^ ((state & 1) * 0x82F63B78);
        }

        return ~state;
    }
}
