using LeadGrains.Grains.Codecs;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Codecs;

public sealed class TraitJsonTests
{
    [Fact]
    public void Of_WhenAskedAgain_SaysOnlyWhatItIsAskedNow()
    {
        var json = new TraitJson();

        Assert.Equal("""{"title":"CTO"}""", json.Of([new("title", TraitValue.Text("CTO"))]));
        Assert.Equal("{}", json.Of([]));
        Assert.Equal("""{"seats":12}""", json.Of([new("seats", TraitValue.Number(12))]));
    }
}
