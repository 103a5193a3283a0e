using System.Text;
using LeadGrains.Grains.Signals;

namespace LeadGrains.Grains.Tests.Signals;

public sealed class SeenHashTests
{
    // Grains remember signals by these. A change here means that repeated signals of existing stores count twice.
    [Theory]
    [InlineData("", "e1", 0xEE97_E1E0_B6BE_E0A3)]
    [InlineData("default", "e1", 0xEE97_E1E0_B6BE_E0A3)]
    [InlineData("website", "e1", 0x865D_9399_0205_4151)]
    [InlineData("crm", "3f2504e0-4f89-11d3-9a0c-0305e82c3301", 0xC810_A933_F490_05C8)]
    public void Of_WhenTheSignalIsKnown_GivesTheStoredHash(string source, string id, ulong hash) =>
        Assert.Equal($"{hash:X16}", $"{SeenHash.Of(Encoding.UTF8.GetBytes(source), Encoding.UTF8.GetBytes(id)):X16}");

    [Fact]
    public void Of_WhenALetterMovesFromSourceToId_Differs() => Assert.NotEqual(SeenHash.Of("ab"u8, "c"u8), SeenHash.Of("a"u8, "bc"u8));
}
