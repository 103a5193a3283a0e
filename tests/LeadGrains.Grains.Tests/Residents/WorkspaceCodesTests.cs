using System.Text;
using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Tests.Residents;

public sealed class WorkspaceCodesTests
{
    [Fact]
    public void CodeOf_WhenAskedByTextOrBytes_GivesTheSameCode()
    {
        var codes = new WorkspaceCodes();
        var names = Enumerable.Range(0, 50).Select(i => $"wörkspace {i}").ToList();
        var given = names.ConvertAll(codes.CodeOf);

        Assert.Equal(Enumerable.Range(0, 50).Select(i => (ushort)i), given);
        for (var i = 0; i < names.Count; i++)
        {
            Assert.Equal(given[i], codes.CodeOf(Encoding.UTF8.GetBytes(names[i])));
            Assert.Equal(names[i], codes.NameOf(given[i]));
            Assert.True(codes.TryFind(names[i], out var found));
            Assert.Equal(given[i], found);
        }
    }

    [Fact]
    public void TryFind_WhenNeverSeen_IsFalseAndAddsNothing()
    {
        var codes = new WorkspaceCodes();

        Assert.False(codes.TryFind("a", out _));
        Assert.Equal(0, codes.CodeOf("b"));
        Assert.Equal(1, codes.CodeOf("a"u8));
    }

    [Fact]
    public async Task CodeOf_WhenManyThreadsAsk_AgreesOnEveryCode()
    {
        var codes = new WorkspaceCodes();
        var asked = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () => Enumerable.Range(0, 200).Select(i => codes.CodeOf(Encoding.UTF8.GetBytes($"w{i}"))).ToArray())));

        Assert.All(asked, seen => Assert.Equal(asked[0], seen));
        Assert.Equal(200, asked[0].Distinct().Count());
    }
}
