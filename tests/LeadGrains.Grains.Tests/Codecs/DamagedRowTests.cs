using Google.Protobuf;
using LeadGrains.Grains.Codecs;
using LeadGrains.Scoring;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Tests.Codecs;

/// <summary>Rows that no program of ours has written end in a named fault, or mean what the generated types make of them.</summary>
public sealed class DamagedRowTests
{
    [Fact]
    public void VelocityOf_WhenThereAreTooManyDays_IsNamedDamage()
    {
        var stored = new Stored.VelocityState { NewestDay = 20_000 };
        stored.Points.AddRange(Enumerable.Repeat(1.0, Velocity.Days));
        Assert.Equal(20_000, IntentCodec.VelocityOf(stored.ToByteArray()).NewestDay);
        stored.Points.Add(1);
        Assert.Throws<InvalidDataException>(() => IntentCodec.VelocityOf(stored.ToByteArray()));
    }

    [Fact]
    public void Standing_WhenATraitIsNamedTwice_TakesTheLastOne()
    {
        var model = ModelReader.Read("""
            fit:
              contact: [{name: senior, trait: title, in: [chief], points: 60}]
            """).Model!;
        var traits = new KnownTraits(model, isAccount: false, []);
        traits.Begin();
        traits.Add(Title("clerk"));
        traits.Add(Title("chief"));
        Assert.Equal(60, traits.Standing().Fit);
    }

    private static byte[] Title(string value) =>
        new Stored.Trait { Name = "title", Value = new Stored.TraitValue { Text = value } }.ToByteArray();
}
