using LeadGrains.Grains.Names;

namespace LeadGrains.Grains.Tests.Names;

public sealed class AccountNamesTests
{
    private readonly AccountNames _names = new();

    [Fact]
    public void Take_WhenNamesChange_HoldsTheNewestOnly()
    {
        _names.Take(3, "ACME GmbH", keys: null, claimant: "");
        Assert.Equal(("ACME GmbH", "acme"), (_names.DisplayOf(3), _names.KeysOf(3).Single()));
        Assert.True(_names.IsSame(3, "ACME GmbH", null, ""));

        _names.Take(3, "Müller & Söhne", ["muller sohne", "mus"], "other");

        Assert.Equal("Müller & Söhne", _names.DisplayOf(3));
        Assert.Equal(["muller sohne", "mus"], _names.KeysOf(3));
        Assert.Equal("other", _names.ClaimantOf(3));
        Assert.Equal([3], _names.Slots);
        Assert.False(_names.IsSame(3, "Müller & Söhne", null, "other"));
        Assert.False(_names.IsSame(3, "ACME GmbH", _names.KeysOf(3), "other"));
        Assert.True(_names.IsSame(3, "Müller & Söhne", _names.KeysOf(3), "other"));
    }

    [Fact]
    public void Take_WhenAllNamesGo_HoldsNothing()
    {
        _names.Take(1, "Acme", ["acme", "ajax"], "other");

        _names.Take(1, "", keys: null, claimant: "");

        Assert.Null(_names.DisplayOf(1));
        Assert.Empty(_names.KeysOf(1));
        Assert.Equal("", _names.ClaimantOf(1));
        Assert.Empty(_names.Slots);
        Assert.Null(_names.DisplayOf(100_000));
    }

    [Theory]
    [InlineData(253)]
    [InlineData(254)]
    [InlineData(255)]
    [InlineData(256)]
    public void Take_WhenANameIsAsLongAsAllowed_GivesItBack(int length)
    {
        for (var slot = 0; slot < 100; slot++)
            _names.Take(slot, new string((char)('a' + (slot % 26)), length - (slot % 2)), keys: null, claimant: "");

        for (var slot = 0; slot < 100; slot++)
            Assert.Equal(new string((char)('a' + (slot % 26)), length - (slot % 2)), _names.DisplayOf(slot));
    }

    [Fact]
    public void MemoryBytes_WhenManyAreNamed_IsTheNamesAndEightBytesForEach()
    {
        for (var slot = 0; slot < 40_960; slot++)
            _names.Take(slot, $"Company {slot:00000000}", keys: null, claimant: "");

        Assert.InRange(_names.MemoryBytes / 40_960.0, 16 + 4, 16 + 9);
    }
}
