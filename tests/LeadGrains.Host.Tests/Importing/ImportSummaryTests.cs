using LeadGrains.Host.Importing;
using LeadGrains.Host.Terminals;
using LeadGrains.V1;

namespace LeadGrains.Host.Tests.Importing;

public sealed class ImportSummaryTests
{
    [Fact]
    public void Show_WhenSignalsWereRejected_NamesReasonsAndTheirFirstLines()
    {
        var summary = new ImportSummary();
        summary.AddUnreadable(new SignalLine(3, null, "Invalid JSON", 1));
        var answer = new StreamSignalsResponse { Recorded = 4, Duplicates = 1 };
        for (uint i = 0; i < 5; i++)
        {
            answer.Rejections.Add(new Rejection { Index = i, Reason = RejectionReason.MissingField, Field = "id", Message = "is required" });
        }

        summary.AddAnswer([10, 11, 12, 13, 14, 15, 16, 17, 18, 19], answer);
        using var output = new StringWriter();
        summary.Show(new Terminal(output, output, outputIsScreen: false, errorIsScreen: false), TimeSpan.FromSeconds(2));

        Assert.False(summary.IsClean);
        Assert.Equal(11, summary.Lines);
        Assert.Equal(
            """
            4 recorded, 1 duplicate, 5 rejected, 1 unreadable.
            11 lines in 2.0 s, 6 a second.

            reason         lines  first ones
            missing field      5  line 10: id: is required
                                  line 11: id: is required
                                  line 12: id: is required
            not a signal       1  line 3: Invalid JSON

            """.ReplaceLineEndings(),
            output.ToString());
    }
}
