using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Grpc.Wire;

namespace LeadGrains.Grpc.Tests.Wire;

public class PercentEncodingTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain text, ~!", "plain text, ~!")]
    [InlineData("100%", "100%25")]
    [InlineData("a\nb", "a%0Ab")]
    [InlineData("ü☺😈", "%C3%BC%E2%98%BA%F0%9F%98%88")]
    [InlineData("\u007f", "%7F")]
    public void Encode_WhenGivenText_WritesOnlyPrintableAscii(string text, string encoded)
    {
        Assert.Equal(encoded, PercentEncoding.Encode(text));
        Assert.Equal(text, PercentEncoding.Decode(encoded));
    }

    [Theory]
    [InlineData("%", "%")]
    [InlineData("50% off", "50% off")]
    [InlineData("%4", "%4")]
    [InlineData("%zz", "%zz")]
    [InlineData("%c3%bc", "ü")]
    [InlineData("%ff", "\ufffd")]
    [InlineData("ü", "ü")]
    [InlineData("😈%21", "😈!")]
    public void Decode_WhenThePeerEncodedBadly_KeepsWhatItCan(string encoded, string text) => Assert.Equal(text, PercentEncoding.Decode(encoded));

    [Fact]
    public void Decode_WhenGivenWhatEncodeWrote_GivesTheText() => Prop.ForAll<string?>(text =>
    {
        // Lone surrogates are no text and become the replacement character.
        var valid = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text ?? ""));
        var encoded = PercentEncoding.Encode(valid);
        return PercentEncoding.Decode(encoded) == valid && encoded.All(c => c is >= ' ' and <= '~');
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Decode_WhenGivenAnything_DoesNotThrow() => Prop.ForAll<string?>(text => PercentEncoding.Decode(text ?? "") is not null).QuickCheckThrowOnFailure();
}
