using System.Text;
using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Tests.Residents;

public sealed class ResidentTableTests
{
    [Fact]
    public void FindOrAdd_WhenKeysAreNew_CountsSlotsUpFromZero()
    {
        var table = new ResidentTable();
        for (var i = 0; i < 10_000; i++)
        {
            Assert.Equal(-1, Find(table, i));
            Assert.Equal(i, table.FindOrAdd(HashOf(i), 0, Id(i), out var added));
            Assert.True(added);
        }

        for (var i = 0; i < 10_000; i++)
        {
            Assert.Equal(i, table.FindOrAdd(HashOf(i), 0, Id(i), out var added));
            Assert.False(added);
            Assert.Equal(Id(i), table.IdOf(i).ToArray());
            Assert.Equal(HashOf(i), table.HashOf(i));
        }

        Assert.Equal(10_000, table.Slots);
    }

    [Fact]
    public void FindOrAdd_WhenHashesAreEqual_TellsIdsApart()
    {
        var table = new ResidentTable();
        for (var i = 0; i < 500; i++)
            Assert.Equal(i, table.FindOrAdd(42, 0, Id(i), out _));

        for (var i = 0; i < 500; i++)
            Assert.Equal(i, table.Find(42, 0, Id(i)));
        Assert.Equal(-1, table.Find(42, 0, Id(500)));
    }

    [Fact]
    public void FindOrAdd_WhenWorkspacesDiffer_KeepsKeysApart()
    {
        var table = new ResidentTable();
        var first = table.FindOrAdd(7, 0, "a"u8, out _);
        Assert.True(table.HasOneWorkspace);
        var second = table.FindOrAdd(7, 3, "a"u8, out var added);

        Assert.True(added);
        Assert.NotEqual(first, second);
        Assert.Equal(0, table.WorkspaceOf(first));
        Assert.Equal(3, table.WorkspaceOf(second));
        Assert.False(table.HasOneWorkspace);
        Assert.Equal(-1, table.Find(7, 1, "a"u8));
    }

    [Fact]
    public void HasOneWorkspace_WhenAllKeysShareOneThatIsNotTheFirst_IsTrue()
    {
        var table = new ResidentTable();
        table.FindOrAdd(1, 5, "a"u8, out _);
        table.FindOrAdd(2, 5, "b"u8, out _);

        Assert.True(table.HasOneWorkspace);
    }

    [Fact]
    public void MemoryBytes_WhenAHundredThousandKeysAreHeld_IsAtMostThirtyFourBytesBesideTheId()
    {
        var table = new ResidentTable();
        long ids = 0;
        for (var i = 0; i < 100_000; i++)
        {
            table.FindOrAdd(HashOf(i), 0, Id(i), out _);
            ids += Id(i).Length;
            if (i >= 20_000 && i % 1_000 == 0)
                Assert.InRange((table.MemoryBytes - ids) / (double)table.Slots, 0, 34);
        }

        Assert.InRange((table.MemoryBytes - ids) / 100_000.0, 0, 34);
    }

    private static int Find(ResidentTable table, int i) => table.Find(HashOf(i), 0, Id(i));

    private static byte[] Id(int i) => Encoding.UTF8.GetBytes($"contact-{i}");

    private static ulong HashOf(int i) => KeyHash.Of(new GrainKey(Workspaces.Default, GrainKind.Contact, $"contact-{i}"));
}
