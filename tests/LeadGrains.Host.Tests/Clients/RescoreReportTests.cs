using LeadGrains.Host.Clients;
using LeadGrains.Host.Terminals;
using LeadGrains.Testing;

namespace LeadGrains.Host.Tests.Clients;

public sealed class RescoreReportTests
{
    [Fact]
    public void Report_WhenUnderWay_TellsEntriesAndRate()
    {
        var clock = new ManualClock();
        var report = new RescoreReport(clock);
        var progress = new Progress();
        clock.Advance(TimeSpan.FromSeconds(2));

        report.Report(progress, 5_000, 20_000);

        Assert.Equal("5,000 of 20,000 entries, 2,500/s", progress.Text);
        Assert.Equal(0.25, progress.Fraction);
        Assert.Equal("5,000 entries in 2.0 s, 2,500/s", report.Total(5_000));
    }

    [Theory]
    [InlineData(true, false, true)]
    [InlineData(false, false, false)]
    [InlineData(true, true, false)]
    public async Task Show_WhenItTakesLong_TellsOnlyAScreen(bool outputIsScreen, bool json, bool isTold)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var clock = new ManualClock();
        var terminal = new Terminal(output, error, outputIsScreen, errorIsScreen: false);
        var report = new RescoreReport(clock);
        var ended = new TaskCompletionSource<int>();
        var shown = report.ShowAsync("Publishing", terminal, json, progress =>
        {
            report.Report(progress, 1, 4);
            return ended.Task;
        });

        clock.Advance(TimeSpan.FromSeconds(6));
        ended.SetResult(7);

        Assert.Equal(7, await shown);
        Assert.Equal(isTold ? "Publishing: 1 of 4 entries, 0/s" : "", error.ToString().Trim());
        Assert.Empty(output.ToString());
    }
}
