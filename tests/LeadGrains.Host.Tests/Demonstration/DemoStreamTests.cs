using LeadGrains.Host.Demonstration;
using LeadGrains.Scoring;

namespace LeadGrains.Host.Tests.Demonstration;

public sealed class DemoStreamTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 20, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Signals_WhenTheSeedIsTheSame_AreTheSame() => Assert.Equal(Make(5).Stream.Signals, Make(5).Stream.Signals);

    [Fact]
    public void Signals_WhenTheSeedDiffers_Differ() => Assert.NotEqual(Make(5).Stream.Signals, Make(6).Stream.Signals);

    [Fact]
    public void Signals_WhenMadeUp_HoldWhatLifeHolds()
    {
        var (people, stream) = Make(1);
        var types = stream.Signals.Select(signal => signal.Type).ToHashSet(StringComparer.Ordinal);

        Assert.Contains("webinar_no_show", types);
        Assert.Contains("demo_requested", types);
        Assert.All(types, type => Assert.Contains(type, DefaultModel.Model.SignalTypes));
        Assert.Equal(stream.Duplicates, stream.Signals.Count - stream.Signals.DistinctBy(signal => signal.Id).Count());
        Assert.InRange(stream.Duplicates, 100, 400);
        Assert.InRange(stream.Late, 100, 600);
        Assert.All(stream.Signals, signal => Assert.True(signal.OccurredAt.ToDateTimeOffset() <= Now));
        Assert.Equal(30, people.People.Count(person => person.Traits.Email.EndsWith("gmail.com", StringComparison.Ordinal)
            || person.Traits.Email.EndsWith("outlook.com", StringComparison.Ordinal)));
    }

    [Fact]
    public void Signals_WhenMadeUp_AreSentInTheOrderOfTheirSending()
    {
        var stream = Make(1).Stream;
        var inOrder = stream.Signals.Zip(stream.Signals.Skip(1)).Count(pair => pair.First.OccurredAt <= pair.Second.OccurredAt);

        Assert.InRange((double)inOrder / stream.Signals.Count, 0.85, 0.99);
    }

    private static (DemoPeople People, DemoStream Stream) Make(int seed)
    {
        var random = new Random(seed);
        var people = new DemoPeople(random);
        return (people, new DemoStream(people, random, Now));
    }
}
