using Grpc.Core;
using LeadGrains.EndToEnd.Tests.Crash;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.Cluster;

/// <summary>Asks for every contact again and again, of whichever node, and notes how long each had no answer.</summary>
internal sealed class AnswerTimes(NodeProcesses nodes, Population population)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PatienceOfACall = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private readonly List<TimeSpan> _longest = [];

    /// <summary>The longest time that the contact that fared worst, and the median one, went without an answer.</summary>
    public string Report
    {
        get
        {
            lock (_lock)
            {
                var ordered = _longest.Order().ToList();
                return FormattableString.Invariant($"longest time without an answer: median contact {ordered[ordered.Count / 2].TotalSeconds:0.00} s, worst {ordered[^1].TotalSeconds:0.00} s");
            }
        }
    }

    public Task WatchAsync(Task happening, CancellationToken cancellationToken) =>
        Task.WhenAll(population.Everyone.Select((person, i) => WatchAsync(person, i, happening, cancellationToken)));

    private async Task WatchAsync(Person person, int choice, Task happening, CancellationToken cancellationToken)
    {
        var longest = TimeSpan.Zero;
        while (!happening.IsCompleted)
        {
            var began = TimeProvider.System.GetTimestamp();
            while (!await AnswersAsync(person, choice++, cancellationToken))
            {
                await Task.Delay(Pause / 4, cancellationToken);
            }

            var took = TimeProvider.System.GetElapsedTime(began);
            longest = took > longest ? took : longest;
            await Task.Delay(Pause, cancellationToken);
        }

        lock (_lock)
        {
            _longest.Add(longest);
        }
    }

    private async Task<bool> AnswersAsync(Person person, int choice, CancellationToken cancellationToken)
    {
        try
        {
            await nodes.Any(choice).Contacts.GetContactAsync(
                new GetContactRequest { ContactId = person.Id }, deadline: TimeProvider.System.GetUtcNow().UtcDateTime + PatienceOfACall, cancellationToken: cancellationToken);
            return true;
        }
        catch (RpcException) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever the reason: it is no answer.
            return false;
        }
    }
}
