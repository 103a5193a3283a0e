using System.Globalization;
using LeadGrains.Host.Terminals;

namespace LeadGrains.Host.Clients;

/// <summary>Tells how far a rescore is, and how fast; its time begins when this is made.</summary>
internal sealed class RescoreReport(TimeProvider clock)
{
    private readonly long _began = clock.GetTimestamp();

    /// <summary>Runs the rescore, with its progress where somebody looks on: not in front of a file, a pipe or JSON.</summary>
    public Task<T> ShowAsync<T>(string title, Terminal terminal, bool json, Func<Progress, Task<T>> rescore) =>
        terminal.IsOutputScreen && !json ? terminal.WithProgressAsync(title, clock, rescore) : rescore(new Progress());

    public void Report(Progress progress, ulong replayed, ulong total) => progress.Report(
        $"{ScoreText.Of(replayed)} of {ScoreText.Of(total)} entries, {Rate(replayed)}", total == 0 ? null : (double)replayed / total);

    /// <summary>Such as "5,000 entries in 2.0 s, 2,500/s"; without a number, which not every workspace is told, the time alone.</summary>
    public string Total(ulong replayed)
    {
        var time = string.Create(CultureInfo.InvariantCulture, $"in {clock.GetElapsedTime(_began).TotalSeconds:0.0} s");
        return replayed == 0 ? time : $"{ScoreText.Of(replayed)} {(replayed == 1 ? "entry" : "entries")} {time}, {Rate(replayed)}";
    }

    private string Rate(ulong replayed)
    {
        var seconds = clock.GetElapsedTime(_began).TotalSeconds;
        return $"{ScoreText.Of(seconds > 0 ? (ulong)(replayed / seconds) : 0)}/s";
    }
}
