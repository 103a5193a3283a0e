using LeadGrains.Grains.Tests.Node;
using LeadGrains.Grains.Watching;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Watching;

public sealed class WatchPositionsTests
{
    [Fact]
    public async Task Read_WhenWritten_IsTheSame()
    {
        await using var node = await TestNode.StartAsync();
        await node.SendAsync(Enumerable.Range(0, 200).Select(i => TestSignals.Of($"{i}", $"c{i}", "s", node.Clock.GetUtcNow())));
        long[] sequences = [.. Enumerable.Range(0, 4).Select(node.Journal.LastSequence)];

        var read = WatchPositions.Read(new WatchPositions(sequences).Write(), Ends(node));

        Assert.Equal(sequences, Enumerable.Range(0, 4).Select(partition => read[partition]));
        Assert.All(sequences, sequence => Assert.True(sequence > 1));
    }

    [Fact]
    public async Task Read_WhenTheTokenIsDamaged_IsRefused()
    {
        await using var node = await TestNode.StartAsync();
        var token = new WatchPositions([1, 0, 1, 0]).Write();
        Assert.Equal(1, WatchPositions.Read(token, Ends(node))[0]);
        for (var i = 0; i < token.Length; i++)
        {
            foreach (var other in "Az_*".Where(other => other != token[i]))
            {
                var damaged = token[..i] + other + token[(i + 1)..];
                // The last letter holds bits that mean nothing.
                if (i < token.Length - 1 || other == '*')
                    Assert.Throws<ResumeTokenException>(() => WatchPositions.Read(damaged, Ends(node)));
            }

            Assert.Throws<ResumeTokenException>(() => WatchPositions.Read(token[..i], Ends(node)));
        }
    }

    [Fact]
    public async Task Read_WhenTheTokenIsAnotherStores_IsRefused()
    {
        await using var node = await TestNode.StartAsync();
        Assert.Throws<ResumeTokenException>(() => WatchPositions.Read(new WatchPositions([0, 0, 0]).Write(), Ends(node)));
        Assert.Throws<ResumeTokenException>(() => WatchPositions.Read(new WatchPositions([0, 0, 0, 0, 0]).Write(), Ends(node)));
        Assert.Throws<ResumeTokenException>(() => WatchPositions.Read(new WatchPositions([0, 0, 0, 1_000]).Write(), Ends(node)));
        Assert.Throws<ResumeTokenException>(() => WatchPositions.Read(new WatchPositions([0, 0, 0, -1]).Write(), Ends(node)));
        Assert.Throws<ResumeTokenException>(() => WatchPositions.Read(new string('A', Limits.ResumeTokenBytes + 1), Ends(node)));
    }

    private static long[] Ends(TestNode node) => [.. Enumerable.Range(0, 4).Select(node.Journal.LastSequence)];
}
