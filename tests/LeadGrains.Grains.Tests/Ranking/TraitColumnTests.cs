using LeadGrains.Grains.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Ranking;

public sealed class TraitColumnTests
{
    [Theory]
    [InlineData("SOFTWARE", "0,1,4")]
    [InlineData("fintech", "4,5")]
    [InlineData("200", "2")]
    [InlineData("1.5", "3")]
    [InlineData("True", "6")]
    [InlineData("software, fintech", "")]
    [InlineData("nothing", "")]
    public void Matching_WhenValuesHaveDifferentKinds_ComparesAsTextIgnoringCase(string accepted, string slots)
    {
        var column = Column(
            TraitValue.Text("Software"), TraitValue.Text("software"), TraitValue.Number(200), TraitValue.Number(1.5),
            TraitValue.List([TraitValue.Text("SoftWare"), TraitValue.Text("Fintech")]), TraitValue.List([TraitValue.Text("FINTECH")]),
            TraitValue.Truth(true), null, TraitValue.List([]));

        Assert.Equal(slots, string.Join(',', Selected(column, 9, [accepted])));
    }

    [Fact]
    public void Set_WhenAListNamesAValueTwice_CountsItOnce()
    {
        var column = Column(TraitValue.List([TraitValue.Text("a"), TraitValue.Text("A")]), TraitValue.List([TraitValue.Text("b"), TraitValue.Text("a"), TraitValue.Text("b")]));

        Assert.Equal([0, 1], Selected(column, 2, ["a"]));
        column.Set(0, null);
        column.Set(1, TraitValue.Text("b"));
        Assert.Empty(Selected(column, 2, ["a"]));
        Assert.Equal([1], Selected(column, 2, ["b"]));
    }

    /// <summary>Past 255 and 65,535 values the codes need more bytes; nothing that was set may change.</summary>
    [Theory]
    [InlineData(255, 1)]
    [InlineData(256, 2)]
    [InlineData(65_535, 2)]
    [InlineData(65_536, 4)]
    [InlineData(70_000, 4)]
    public void Set_WhenValuesAreMany_WidensTheCodesAndKeepsThemAll(int values, int bytes)
    {
        var column = new TraitColumn("company");
        column.EnsureCapacity(70_000);
        for (var slot = 0; slot < values; slot++)
            column.Set(slot, TraitValue.Text($"company {slot}"));

        Assert.Equal(73_728L * bytes, column.MemoryBytes);
        foreach (var slot in new[] { 0, 1, 254, values / 2, values - 1 })
            Assert.Equal([slot], Selected(column, values, [$"Company {slot}"]));
        var many = Enumerable.Range(0, 30).Select(i => i * 8).ToList();
        Assert.Equal(many, Selected(column, values, [.. many.Select(i => $"company {i}")]));
    }

    [Fact]
    public void Set_WhenValuesChangeForEver_ForgetsThoseNotInUse()
    {
        var column = new TraitColumn("company");
        column.EnsureCapacity(200);
        for (var i = 0; i < 100_000; i++)
            column.Set(i % 200, i % 3 == 0 ? TraitValue.List([TraitValue.Text($"a{i}"), TraitValue.Text("b"), TraitValue.Text($"A{i}")]) : TraitValue.Text($"a{i}"));

        Assert.True(column.CodeBound < 700, $"{column.CodeBound} codes for 200 slots");
        Assert.Equal([199], Selected(column, 200, ["A99999"]));
        Assert.Equal(67, Selected(column, 200, ["b"]).Count);
    }

    [Fact]
    public void Matching_WhenOnlySomeSlotsAreAskedFor_LeavesOutTheOthers()
    {
        var column = Column([.. Enumerable.Repeat(TraitValue.Text("a"), 128)]);

        Assert.Equal(0b1010UL, column.Matching(0, 64, 0b1010, column.Matching(["a"])));
        Assert.Equal(ulong.MaxValue, column.Matching(0, 64, ulong.MaxValue, column.Matching(["a"])));
        Assert.Equal(0UL, column.Matching(0, 64, ulong.MaxValue, column.Matching(["b"])));
    }

    private static TraitColumn Column(params TraitValue?[] values)
    {
        var column = new TraitColumn("industry");
        column.EnsureCapacity(values.Length);
        for (var slot = 0; slot < values.Length; slot++)
            column.Set(slot, values[slot]);
        return column;
    }

    private static List<int> Selected(TraitColumn column, int slots, IReadOnlyList<string> accepted)
    {
        var codes = column.Matching(accepted);
        var found = new List<int>();
        for (var first = 0; first < slots; first += 64)
        {
            var matching = column.Matching(first / 4_096, first % 4_096, ulong.MaxValue, codes);
            found.AddRange(Enumerable.Range(0, 64).Where(bit => (matching >> bit & 1) != 0).Select(bit => first + bit));
        }

        return found;
    }
}
