using System.Globalization;
using LeadGrains.Benchmarks.Measuring;

namespace LeadGrains.Benchmarks.Recovery;

/// <summary>How long a server that was killed takes until it takes calls again. Every acknowledged signal must be there.</summary>
internal static class RecoveryTrials
{
    private const string Group = "recovery";

    public static IEnumerable<Experiment> All(RecoveryWork work)
    {
        yield return Replay(work);
        yield return Restart(work);
    }

    private static Trial Replay(RecoveryWork work)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"replay of a journal tail, {work.ContactCount:N0} contacts");
        return new Trial(Group, name, async (_, cancellationToken) =>
        {
            var (limit, restarts) = await work.ReplayAsync(cancellationToken);
            var outcome = Outcome.Of(Group, name, [Measure.PerSecond], [limit, .. restarts]);
            return outcome with
            {
                Findings = [new Finding(Promises.Replay, "", PerCore(restarts[^1]))],
                Notes =
                [
                    "Seconds are from the start of the process until it takes calls. The rate is that of the whole recovery, reading rows included; processor time is that beyond a start without a tail. The journal is in the page cache for all rows.",
                ],
            };
        });
    }

    private static Trial Restart(RecoveryWork work)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"restart with {work.ContactCount:N0} contacts after {work.SignalCount:N0} signals");
        return new Trial(Group, name, async (_, cancellationToken) =>
        {
            var (empty, restarted) = await work.RestartAsync(cancellationToken);
            var outcome = Outcome.Of(Group, name, [Measure.Seconds], [empty, restarted]);
            return outcome with
            {
                Findings =
                [
                    new Finding(
                        Promises.Restart,
                        string.Create(CultureInfo.InvariantCulture, $"{work.ContactCount:N0} contacts after {work.SignalCount:N0} signals"),
                        outcome[restarted.Name].Figure(Measure.Seconds)!),
                ],
            };
        });
    }

    private static Spread PerCore(Entrant restart) => Spread.Of(restart.Samples.Select(sample => 1e6 / sample[Measure.ServerProcessor]));
}
