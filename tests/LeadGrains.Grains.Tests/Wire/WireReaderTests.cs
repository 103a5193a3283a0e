using Google.Protobuf;
using LeadGrains.Grains.Tests.Signals;
using LeadGrains.Grains.Wire;

namespace LeadGrains.Grains.Tests.Wire;

public sealed class WireReaderTests
{
    [Theory]
    [InlineData(0UL)]
    [InlineData(127UL)]
    [InlineData(128UL)]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    public void TryReadVarint_WhenWrittenInAnyLength_GivesTheNumber(ulong value)
    {
        for (var padding = 0; padding <= 9; padding++)
        {
            var bytes = WireBytes.Varint(value, padding);
            var at = 0;

            Assert.True(WireReader.TryReadVarint(bytes, ref at, out var read));
            Assert.Equal(value, read);
            Assert.Equal(bytes.Length, at);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData("FFFFFFFFFFFFFFFFFF")]
    [InlineData("80808080808080808080")]
    public void TryReadVarint_WhenItDoesNotEnd_IsFalse(string hex)
    {
        var at = 0;

        Assert.False(WireReader.TryReadVarint(Convert.FromHexString(hex), ref at, out _));
    }

    // The tenth byte holds one bit of the number; protobuf drops the others.
    [Fact]
    public void TryReadVarint_WhenTheTenthByteHasMoreThanOneBit_DropsThem()
    {
        var bytes = Convert.FromHexString("8080808080808080807E");
        var at = 0;

        Assert.True(WireReader.TryReadVarint(bytes, ref at, out var read));
        Assert.Equal(new CodedInputStream(bytes).ReadUInt64(), read);
        Assert.Equal(0UL, read);
    }

    [Theory]
    [InlineData("8A80808010", 10u)]
    [InlineData("8A808080F0FFFFFF7F", 10u)]
    public void TryReadTag_WhenItHasMoreThan32Bits_DropsThem(string hex, uint expected)
    {
        var at = 0;

        Assert.True(WireReader.TryReadTag(Convert.FromHexString(hex), ref at, out var tag));
        Assert.Equal(expected, tag);
        Assert.Equal(expected, new CodedInputStream(Convert.FromHexString(hex)).ReadTag());
    }

    [Theory]
    [InlineData("00")]
    [InlineData("07")]
    [InlineData("8700")]
    [InlineData("8080808010")]
    public void TryReadTag_WhenTheFieldNumberIsZero_IsFalse(string hex)
    {
        var at = 0;

        Assert.False(WireReader.TryReadTag(Convert.FromHexString(hex), ref at, out _));
    }

    [Theory]
    [InlineData("0561")]
    [InlineData("FFFFFFFF07")]
    [InlineData("FFFFFFFF0F")]
    public void TryReadRange_WhenItGoesBeyondTheEnd_IsFalse(string hex)
    {
        var at = 0;

        Assert.False(WireReader.TryReadRange(Convert.FromHexString(hex), ref at, out _));
    }
}
