using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf.Collections;
using Google.Rpc;
using Grpc.Core;
using LeadGrains.Gateway.Calls;

namespace LeadGrains.Gateway.Tests.Calls;

public sealed class FaultStatusTests
{
    // What C core and Java take unless told otherwise; each header counts 32 bytes more than its letters (RFC 9113).
    private const int SoftLimit = 8 * 1024, HeaderOverhead = 32, OtherHeaders = 512;

    [Theory]
    [InlineData("x")]
    [InlineData("é")]
    [InlineData("\uD83D\uDE08")]
    [InlineData("\uD83D")]
    public void ToException_WhenEverythingIsLong_StaysBelowWhatClientsTake(string letter)
    {
        var word = string.Concat(Enumerable.Repeat(letter, 10_000));

        var fault = new FaultStatus(StatusCode.InvalidArgument, word)
            .Because(FaultReasons.FilterWithoutColumn, ("trait", word), ("model_key", word))
            .Violating([.. Enumerable.Range(0, 1_000).Select(_ => new FieldViolation(word, word))])
            .RetryAfter(TimeSpan.MaxValue / 100)
            .ToException();

        Assert.InRange(HeaderBytes(fault), 1, SoftLimit - OtherHeaders);
        Assert.Equal(fault.Status.Detail, fault.GetRpcStatus()!.Message);
    }

    [Fact]
    public void Violating_WhenThereAreMore_SaysHowManyAreLeftOut()
    {
        var violations = Enumerable.Range(0, 1_500).Select(i => new FieldViolation($"f{i}", "wrong")).ToList();

        var shown = Shown(violations);

        Assert.Equal(17, shown.Count);
        Assert.Equal(violations.Take(16).Select(violation => violation.Field), shown.Take(16).Select(violation => violation.Field));
        Assert.Equal(("", "1,484 more are not shown"), (shown[16].Field, shown[16].Description));
    }

    [Fact]
    public void Violating_WhenTheyAreLong_ShowsAsManyAsFit()
    {
        var shown = Shown([.. Enumerable.Range(0, 16).Select(_ => new FieldViolation("field", new string('x', 256)))]);

        Assert.Equal(7, shown.Count - 1);
        Assert.Equal("9 more are not shown", shown[^1].Description);
    }

    [Fact]
    public void Violating_WhenAllFit_ShowsAll() => Assert.Equal(16, Shown([.. Enumerable.Repeat(new FieldViolation("f", "wrong"), 16)]).Count);

    [Fact]
    public void Cut_WhenAnyText_FitsAndBeginsAsItDid() => Prop.ForAll<string, byte>((text, limit) =>
    {
        var (known, most) = (text ?? "", Math.Max(3, (int)limit));
        var cut = FaultStatus.Cut(known, most);
        var fits = Encoding.UTF8.GetByteCount(known) <= most;
        return Encoding.UTF8.GetByteCount(cut) <= most
            && (fits ? cut == known : cut.EndsWith("...", StringComparison.Ordinal) && known.StartsWith(cut[..^3], StringComparison.Ordinal));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Cut_WhenALetterOfTwoUnitsIsInTheWay_TakesItWholeOrNot()
    {
        Assert.Equal("a...", FaultStatus.Cut("a\uD83D\uDE08bcdef", 7));
        Assert.Equal("a\uD83D\uDE08...", FaultStatus.Cut("a\uD83D\uDE08bcdef", 8));
    }

    private static RepeatedField<BadRequest.Types.FieldViolation> Shown(IReadOnlyList<FieldViolation> violations) =>
        new FaultStatus(StatusCode.InvalidArgument, "wrong").Violating(violations).ToException().GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations;

    private static int HeaderBytes(RpcException fault)
    {
        var escaped = fault.Status.Detail.EnumerateRunes().Sum(rune => rune.Value is >= 0x20 and <= 0x7e and not '%' ? 1 : 3 * rune.Utf8SequenceLength);
        var message = "grpc-message".Length + escaped + HeaderOverhead;
        return message + fault.Trailers.Sum(entry =>
            entry.Key.Length + HeaderOverhead + (entry.IsBinary ? (entry.ValueBytes.Length + 2) / 3 * 4 : entry.Value.Length));
    }
}
