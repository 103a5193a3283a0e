using System.Text;

namespace LeadGrains.Scoring.Tests.Machines;

public sealed class KnownAgentsTests
{
    [Fact]
    public void TryFind_WhenAddedBefore_SaysWhatWasFoundOut()
    {
        var known = new KnownAgents();
        known.Add("Mozilla/5.0 (X11; Linux x86_64)"u8, isScanner: false);
        known.Add("bot"u8, isScanner: true);

        Assert.True(known.TryFind("Mozilla/5.0 (X11; Linux x86_64)"u8, out var browser));
        Assert.False(browser);
        Assert.True(known.TryFind("bot"u8, out var bot));
        Assert.True(bot);
        Assert.False(known.TryFind("Mozilla/5.0 (X11; Linux x86_65)"u8, out _));
        Assert.False(known.TryFind(""u8, out _));
    }

    [Fact]
    public void TryFind_WhenFarMoreCameThanItHolds_NeverSaysWhatIsTrueOfAnother()
    {
        var known = new KnownAgents();
        for (var i = 0; i < 20_000; i++)
            known.Add(Agent(i), isScanner: i % 2 == 0);

        var found = 0;
        for (var i = 0; i < 20_000; i++)
        {
            if (!known.TryFind(Agent(i), out var isScanner))
                continue;
            found++;
            Assert.Equal(i % 2 == 0, isScanner);
        }

        Assert.InRange(found, 1, 1_024);
    }

    [Fact]
    public void Add_WhenTooLong_KeepsNothing()
    {
        var known = new KnownAgents();
        var agent = Encoding.UTF8.GetBytes(new string('a', 513));
        known.Add(agent, isScanner: true);

        Assert.False(known.TryFind(agent, out _));
    }

    private static byte[] Agent(int i) => Encoding.UTF8.GetBytes($"Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/{i}.0 Safari/537.36");
}
