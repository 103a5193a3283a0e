using System.Text;

namespace LeadGrains.Scoring.Tests.Conditions;

public class AsciiSearchTests
{
    [Fact]
    public void IsWithin_AtEveryPlaceOfEveryLength_FindsIt()
    {
        var search = new AsciiSearch("/Ab["u8);
        for (var length = 0; length < 140; length++)
        {
            var value = Enumerable.Repeat((byte)'/', length).ToArray();
            Assert.False(search.IsWithin(value));
            for (var at = 0; at + 4 <= length; at++)
            {
                var found = value.ToArray();
                "/aB["u8.CopyTo(found.AsSpan(at));
                Assert.True(search.IsWithin(found), $"{length} bytes, at {at}");
                found[at + 3] = (byte)'{';
                Assert.False(search.IsWithin(found), $"{length} bytes, at {at}: [ and {{ are no two cases of a letter");
            }
        }
    }

    [Fact]
    public void IsWithin_ForRandomBytes_AgreesWithStrings()
    {
        var random = new Random(32);
        for (var i = 0; i < 50_000; i++)
        {
            var sought = Draw(random, random.Next(1, 4));
            var value = Draw(random, random.Next(0, 100));
            var expected = value.Contains(sought, StringComparison.OrdinalIgnoreCase);
            Assert.True(new AsciiSearch(Encoding.ASCII.GetBytes(sought)).IsWithin(Encoding.ASCII.GetBytes(value)) == expected, $"{sought} in {value}");
        }
    }

    private static string Draw(Random random, int length) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => "aAbB@`/"[random.Next(7)]));
}
