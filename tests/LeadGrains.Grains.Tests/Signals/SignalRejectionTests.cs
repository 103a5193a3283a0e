using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Signal = LeadGrains.V1.Signal;

namespace LeadGrains.Grains.Tests.Signals;

public sealed class SignalRejectionTests
{
    [Fact]
    public void Validate_WhenSomeSignalsAreBad_KeepsTheOthersAndTellsOfEach()
    {
        using var batch = Batches.Read(
            Batches.Signal(one => one.Id = ""),
            Batches.Signal(one => one.Id = "good"),
            Batches.Signal(one => one.OccurredAt = After(TimeSpan.FromHours(1))),
            Batches.Signal(one => one.Type = ""),
            Batches.Signal(one => one.Id = "good too"));

        Assert.Equal(5, batch.Total);
        Assert.Equal([1, 4], batch.Slices.ToArray().Select(slice => slice.Index));
        Assert.Equal([0, 2, 3], batch.Rejections.Select(rejection => rejection.Index));
        Assert.Equal(["id", "occurred_at", "type"], batch.Rejections.Select(rejection => rejection.Field));
    }

    [Fact]
    public void Validate_WhenAFieldIsMissing_NamesIt()
    {
        AssertRejected(one => one.Id = "", RejectionReason.MissingField, "id", "id is empty");
        AssertRejected(one => one.Type = "", RejectionReason.MissingField, "type", "type is empty");
        AssertRejected(
            one => one.ContactId = "",
            RejectionReason.MissingField,
            "contact_id",
            "contact_id and account_id are both empty: one must say whom the signal is about");
    }

    [Fact]
    public void Validate_WhenATextIsTooLong_SaysTheLimitAndTheLength()
    {
        AssertBound(128, "id", (one, text) => one.Id = text);
        AssertBound(64, "source", (one, text) => one.Source = text);
        AssertBound(64, "type", (one, text) => one.Type = text);
        AssertBound(128, "contact_id", (one, text) => one.ContactId = text);
        AssertBound(128, "account_id", (one, text) => one.AccountId = text);
        AssertBound(320, "email", (one, text) => one.Email = text);
    }

    [Fact]
    public void Validate_WhenATextIsLongInLettersOfManyBytes_CountsBytes() => AssertRejected(
        one => one.Type = new string('ü', 33), RejectionReason.TooLong, "type", "type has 66 bytes, at most 64 are allowed");

    [Fact]
    public void Validate_WhenThereAreManyAttributes_TakesThirtyTwo()
    {
        AssertAccepted(one => one.Attributes.Add(Attributes(32)));
        AssertRejected(
            one => one.Attributes.Add(Attributes(33)), RejectionReason.TooLong, "attributes", "attributes has 33 entries, at most 32 are allowed");
    }

    [Fact]
    public void Validate_WhenAnAttributeIsLong_TakesOneKibibyteOfNameAndValue()
    {
        AssertAccepted(one => one.Attributes["url"] = new string('x', 1_021));
        AssertRejected(
            one => one.Attributes["url"] = new string('x', 1_022),
            RejectionReason.TooLong,
            "attributes",
            "attribute \"url\" has 1,025 bytes of name and value, at most 1,024 are allowed");
    }

    [Fact]
    public void Validate_WhenAnAttributesNameIsLong_ShowsItsBeginning() => AssertRejected(
        one => one.Attributes[new string('n', 2_000)] = "",
        RejectionReason.TooLong,
        "attributes",
        $"attribute \"{new string('n', 64)}…\" has 2,000 bytes of name and value, at most 1,024 are allowed");

    [Fact]
    public void Validate_WhenTheWholeSignalIsTooLong_SaysSo()
    {
        var signal = Batches.Signal().ToByteArray();

        AssertRejected(
            [.. signal, .. WireBytes.Bytes(99, new byte[65_536])],
            RejectionReason.TooLong,
            "signal",
            $"signal has {signal.Length + 5 + 65_536:N0} bytes, at most 65,536 are allowed");
    }

    [Theory]
    [InlineData(1, "id")]
    [InlineData(2, "source")]
    [InlineData(3, "type")]
    [InlineData(4, "contact_id")]
    [InlineData(5, "account_id")]
    [InlineData(6, "email")]
    public void Validate_WhenATextIsNotUtf8_RejectsThatSignalAndNamesTheField(int field, string name)
    {
        var bad = WireBytes.Join(Batches.Signal().ToByteArray(), WireBytes.Bytes(field, [.. "ab"u8, 0xC3, 0x28]));
        using var batch = Batches.ReadRecord([.. WireBytes.Bytes(1, bad), .. WireBytes.Bytes(1, Batches.Signal().ToByteArray())]);

        Assert.Equal([new Rejection(0, RejectionReason.InvalidValue, name, $"{name} is not valid UTF-8 at byte 2")], batch.Rejections);
        Assert.Equal([1], batch.Slices.ToArray().Select(slice => slice.Index));
    }

    [Fact]
    public void Validate_WhenAnOverwrittenTextIsNotUtf8_RejectsTheSignal() => AssertRejected(
        WireBytes.Join(WireBytes.Bytes(1, [0xFF]), Batches.Signal().ToByteArray()), RejectionReason.InvalidValue, "id", "id is not valid UTF-8 at byte 0");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Validate_WhenAnAttributeIsNotUtf8_RejectsTheSignal(int part) => AssertRejected(
        WireBytes.Join(Batches.Signal().ToByteArray(), WireBytes.Bytes(8, WireBytes.Bytes(part, [0x61, 0xFF]))),
        RejectionReason.InvalidValue,
        "attributes",
        "attributes is not valid UTF-8 at byte 1");

    [Fact]
    public void Validate_WhenATextHasAZeroByte_RejectsTheSignal() => AssertRejected(
        one => one.ContactId = "ann\0", RejectionReason.InvalidValue, "contact_id", "contact_id has the character U+0000 at byte 3");

    [Theory]
    [InlineData("tab\tand\u0001control")]
    [InlineData(" spaces ")]
    [InlineData("名前😀")]
    public void Validate_WhenAnIdIsUnusual_TakesItAsItIs(string id) => AssertAccepted(one => (one.Id, one.ContactId) = (id, id));

    [Fact]
    public void Validate_WhenAnAttributeHasAZeroByte_TakesIt() => AssertAccepted(one => one.Attributes["a\0"] = "\0");

    [Theory]
    [InlineData("not an address")]
    [InlineData("@")]
    [InlineData("ann@@acme..com")]
    public void Validate_WhenTheEmailIsNone_TakesTheSignal(string email) => AssertAccepted(one => one.Email = email);

    [Theory]
    [InlineData(253_402_300_800, 0, "occurred_at has seconds 253402300800, which lie outside the years 1 to 9999")]
    [InlineData(-62_135_596_801, 0, "occurred_at has seconds -62135596801, which lie outside the years 1 to 9999")]
    [InlineData(0, -1, "occurred_at has nanos -1, which must lie in 0 to 999999999")]
    [InlineData(0, 1_000_000_000, "occurred_at has nanos 1000000000, which must lie in 0 to 999999999")]
    public void Validate_WhenTheTimeIsNone_RejectsTheSignal(long seconds, int nanos, string message) => AssertRejected(
        one => one.OccurredAt = new Timestamp { Seconds = seconds, Nanos = nanos }, RejectionReason.InvalidValue, "occurred_at", message);

    [Fact]
    public void Validate_WhenTheTimeIsFiveMinutesAhead_ScoresItNow()
    {
        using var batch = Batches.Read(Batches.Signal(one => one.OccurredAt = After(TimeSpan.FromMinutes(5))));

        Assert.Equal(Batches.ReceivedAt, batch.Slices[0].ScoringInstant);
    }

    [Fact]
    public void Validate_WhenTheTimeIsFurtherAhead_RejectsTheSignal() => AssertRejected(
        one => one.OccurredAt = After(TimeSpan.FromMinutes(5) + TimeSpan.FromTicks(1)),
        RejectionReason.InTheFuture,
        "occurred_at",
        "occurred_at 2026-01-01T00:05:00.0000001Z lies more than 5 minutes ahead of the server's clock, which was at 2026-01-01T00:00:00Z");

    [Fact]
    public void Validate_WhenTheTimeIsLongAgo_TakesIt()
    {
        using var batch = Batches.Read(Batches.Signal(one => one.OccurredAt = new Timestamp { Seconds = -62_135_596_800 }));

        Assert.Equal(DateTimeOffset.MinValue, batch.Slices[0].ScoringInstant.ToDateTimeOffset());
    }

    [Fact]
    public void Validate_WhenNoTimeIsGiven_ScoresItNow()
    {
        using var batch = Batches.Read(Batches.Signal());

        Assert.Equal(Batches.ReceivedAt, batch.Slices[0].ScoringInstant);
    }

    private static Dictionary<string, string> Attributes(int count) =>
        Enumerable.Range(0, count).ToDictionary(i => $"a{i}", _ => "x", StringComparer.Ordinal);

    private static Timestamp After(TimeSpan ahead) => Timestamp.FromDateTimeOffset((Batches.ReceivedAt + ahead).ToDateTimeOffset());

    private static void AssertBound(int bytes, string field, Action<Signal, string> set)
    {
        AssertAccepted(one => set(one, new string('x', bytes)));
        AssertRejected(
            one => set(one, new string('x', bytes + 1)), RejectionReason.TooLong, field, $"{field} has {bytes + 1} bytes, at most {bytes} are allowed");
    }

    private static void AssertAccepted(Action<Signal> change)
    {
        using var batch = Batches.Read(Batches.Signal(change));
        Assert.Empty(batch.Rejections);
        Assert.Equal(1, batch.Slices.Length);
    }

    private static void AssertRejected(Action<Signal> change, RejectionReason reason, string field, string message) =>
        AssertRejected(Batches.Signal(change).ToByteArray(), reason, field, message);

    private static void AssertRejected(byte[] signal, RejectionReason reason, string field, string message)
    {
        using var batch = Batches.ReadOne(signal);
        Assert.Equal([new Rejection(0, reason, field, message)], batch.Rejections);
        Assert.True(batch.Slices.IsEmpty);
    }
}
