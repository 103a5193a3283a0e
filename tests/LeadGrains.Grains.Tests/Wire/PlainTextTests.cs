using System.Text;
using FsCheck;
using FsCheck.Fluent;
using LeadGrains.Grains.Wire;

namespace LeadGrains.Grains.Tests.Wire;

public sealed class PlainTextTests
{
    [Fact]
    public void IsPlain_WhenAnyTextComes_IsTrueOnlyForAsciiWithoutZero() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(
        Texts(),
        text => PlainText.IsPlain(text) == text.All(one => one is > 0 and < 0x80)));

    [Fact]
    public void IndexOfDamage_WhenAnyTextComes_IsWhereDecodingStops() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(
        Texts(),
        text =>
        {
            var at = PlainText.IndexOfDamage(text);
            return IsUtf8(text) ? at == text.Length : at < text.Length && IsUtf8(text[..at]) && !IsUtf8(text[..Math.Min(text.Length, at + 4)]);
        }));

    [Fact]
    public void IsPlain_WhenOneByteIsUnusual_SeesItInEveryPlace()
    {
        for (var length = 1; length <= 40; length++)
        {
            for (var at = 0; at < length; at++)
            {
                var text = Enumerable.Repeat((byte)'x', length).ToArray();
                text[at] = 0;
                Assert.False(PlainText.IsPlain(text));
                text[at] = 0x80;
                Assert.False(PlainText.IsPlain(text));
                text[at] = 0x7F;
                Assert.True(PlainText.IsPlain(text));
                text[at] = 1;
                Assert.True(PlainText.IsPlain(text));
            }
        }
    }

    private static Arbitrary<byte[]> Texts() => Arb.From(
        from pieces in Gen.Frequency(
            (12, Gen.Choose(1, 127).Select(one => (byte[])[(byte)one])),
            (1, Gen.Constant<byte[]>([0])),
            (3, Gen.Elements("ü", "名", "😀").Select(Encoding.UTF8.GetBytes)),
            (1, Gen.Choose(128, 255).Select(one => (byte[])[(byte)one]))).ListOf()
        select pieces.SelectMany(piece => piece).ToArray());

    private static bool IsUtf8(byte[] text) => Signals.ExpectedSignal.IsUtf8(text);
}
