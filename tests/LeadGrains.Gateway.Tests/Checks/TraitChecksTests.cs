using Google.Protobuf.WellKnownTypes;
using LeadGrains.Gateway.Checks;
using LeadGrains.Gateway.Values;
using LeadGrains.Grains;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Tests.Checks;

public sealed class TraitChecksTests
{
    [Fact]
    public void Read_WhenWrittenByUs_GivesTheTraitsBack()
    {
        var traits = new Dictionary<string, TraitValue>(StringComparer.Ordinal)
        {
            ["title"] = TraitValue.Text("Head of Growth"),
            ["employees"] = TraitValue.Number(1234.5),
            ["public"] = TraitValue.Truth(true),
            ["private"] = TraitValue.Truth(false),
            ["tools"] = TraitValue.List([TraitValue.Text("crm"), TraitValue.Number(3), TraitValue.Truth(true)]),
            ["none"] = TraitValue.List([]),
        };

        Assert.Null(TraitChecks.Read(TraitMessages.Write(traits), out var edits));

        Assert.Equal(traits, edits.ToDictionary(edit => edit.Name, edit => edit.Value!, StringComparer.Ordinal));
    }

    [Fact]
    public void Read_WhenUnset_ChangesNothing()
    {
        Assert.Null(TraitChecks.Read(null, out var edits));
        Assert.Empty(edits);
    }

    [Fact]
    public void Read_WhenNull_RemovesTheTrait()
    {
        Assert.Null(TraitChecks.Read(One("title", Value.ForNull()), out var edits));

        Assert.Equal(new TraitEdit("title", null), Assert.Single(edits));
    }

    [Fact]
    public void Read_WhenNested_IsInvalidAndNamesTheTrait()
    {
        foreach (var value in new[]
        {
            Value.ForStruct(new Struct()),
            Value.ForList(Value.ForList()),
            Value.ForList(Value.ForNull()),
            Value.ForList(Value.ForStruct(new Struct())),
            Value.ForNumber(double.NaN),
            Value.ForNumber(double.PositiveInfinity),
            Value.ForList(Value.ForNumber(double.NegativeInfinity)),
            Value.ForString("a\0b"),
            new Value(),
        })
        {
            var fault = Assert.NotNull(TraitChecks.Read(One("address", value), out var edits));

            Assert.Equal((RejectionReason.InvalidValue, "traits.address"), (fault.Reason, fault.Field));
            Assert.Empty(edits);
        }
    }

    [Fact]
    public void Read_WhenTheNameIsEmpty_IsInvalid() =>
        Assert.Equal(FieldChecks.Invalid("traits", "has a trait without a name"), TraitChecks.Read(One("", Value.ForBool(true)), out _));

    [Theory]
    [InlineData(128, false)]
    [InlineData(129, true)]
    public void Read_WhenTheNameIsAtTheLimit_CountsBytes(int bytes, bool tooLong) =>
        Assert.Equal(tooLong, TraitChecks.Read(One(new string('n', bytes), Value.ForBool(true)), out _) is { Reason: RejectionReason.TooLong, Field: "traits" });

    [Theory]
    [InlineData(1_020, false)]
    [InlineData(1_021, true)]
    public void Read_WhenNameAndTextAreAtTheLimit_CountsBoth(int bytes, bool tooLong) =>
        Assert.Equal(tooLong, TraitChecks.Read(One("note", Value.ForString(new string('x', bytes))), out _) is { Reason: RejectionReason.TooLong, Field: "traits.note" });

    [Theory]
    [InlineData(510, false)]
    [InlineData(511, true)]
    public void Read_WhenAListIsAtTheLimit_CountsAllElements(int bytes, bool tooLong)
    {
        var element = Value.ForString(new string('x', bytes));

        Assert.Equal(tooLong, TraitChecks.Read(One("note", Value.ForList(element, element)), out _) is { Reason: RejectionReason.TooLong, Field: "traits.note" });
    }

    [Theory]
    [InlineData(64, false)]
    [InlineData(65, true)]
    public void Read_WhenAListHasManyElements_IsTooLongBeyondTheLimit(int elements, bool tooLong)
    {
        var list = Value.ForList([.. Enumerable.Repeat(Value.ForNumber(1), elements)]);

        Assert.Equal(tooLong, TraitChecks.Read(One("scores", list), out _) is { Reason: RejectionReason.TooLong, Field: "traits.scores" });
    }

    [Theory]
    [InlineData(256, false)]
    [InlineData(257, true)]
    public void Read_WhenThereAreManyTraits_IsTooLongBeyondTheLimit(int count, bool tooLong)
    {
        var traits = new Struct();
        for (var number = 0; number < count; number++)
            traits.Fields.Add($"t{number}", Value.ForNumber(number));

        Assert.Equal(tooLong, TraitChecks.Read(traits, out _) is { Reason: RejectionReason.TooLong, Field: "traits" });
    }

    private static Struct One(string name, Value value) => new() { Fields = { [name] = value } };
}
