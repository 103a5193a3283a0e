using System.Runtime.ExceptionServices;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;
using LeadGrains.Journal.V1;

namespace LeadGrains.Grains;

/// <summary>Puts requests onto lanes and waits for what comes of them.</summary>
internal sealed class Lanes(NodeContext node)
{
    public int PartitionOf(GrainKey key) => KeyHash.PartitionOf(KeyHash.Of(key), node.Router.PartitionCount);

    public int LaneOf(GrainKey key) => node.Router.LaneOf(PartitionOf(key));

    public int LaneOf(int partition) => node.Router.LaneOf(partition);

    /// <summary>For a partition that was not driven where it was asked for.</summary>
    public Patience NewPatience() => new(node.Clock);

    /// <exception cref="OverloadedException">The lane's queue is full.</exception>
    public void Post(int lane, PartitionRequest request)
    {
        if (!node.Router.TrySend(lane, request))
            throw new OverloadedException();
    }

    /// <summary>
    /// One answer for each key, from whatever lanes they belong to; those whose partition is on its way to another owner
    /// are asked again, wherever the way leads by then.
    /// </summary>
    /// <exception cref="OverloadedException">A lane's queue is full.</exception>
    /// <exception cref="PartitionUnavailableException">A partition stopped, or has been without an owner for too long.</exception>
    public async Task<TAnswer[]> AskAsync<TAnswer>(
        IReadOnlyList<GrainKey> keys, Func<IReadOnlyList<GrainKey>, KeyedRequest<TAnswer>> make, CancellationToken cancellationToken)
    {
        var question = new KeyedQuestion<TAnswer>(node.Router, keys, make);
        Patience? patience = null;
        for (var moved = await question.AskAsync(only: null, cancellationToken).ConfigureAwait(false); moved is not null;)
        {
            await (patience ??= NewPatience()).WaitAsync(cancellationToken).ConfigureAwait(false);
            moved = await question.AskAsync(moved, cancellationToken).ConfigureAwait(false);
        }

        return question.Answers;
    }

    /// <summary>Who holds the domains that accounts are named as: one request for each lane.</summary>
    public async Task<Dictionary<string, AccountClaim>> ReadClaimsAsync(string workspace, IEnumerable<string> accounts)
    {
        GrainKey[] keys = [.. accounts.Distinct().Select(id => new GrainKey(workspace, GrainKind.Account, id))];
        var claims = await AskAsync(keys, some => new ReadClaims(some), CancellationToken.None).ConfigureAwait(false);
        return keys.Zip(claims).ToDictionary(found => found.First.Id, found => found.Second, StringComparer.Ordinal);
    }

    /// <summary>Whether contacts are known, and where they lead: one request for each lane.</summary>
    public async Task<Dictionary<string, FoundContact>> FindContactsAsync(string workspace, IEnumerable<string> contacts)
    {
        GrainKey[] keys = [.. contacts.Distinct().Select(id => new GrainKey(workspace, GrainKind.Contact, id))];
        var found = await AskAsync(keys, some => new FindContacts(some), CancellationToken.None).ConfigureAwait(false);
        return keys.Zip(found).ToDictionary(one => one.First.Id, one => one.Second, StringComparer.Ordinal);
    }

    /// <summary>Appends entries, in parts where they belong to different lanes; outcomes in the order of the entries.</summary>
    public async Task<bool[]> AppendAsync(string workspace, IReadOnlyList<GrainEntry> entries, AckLevel ack)
    {
        var appended = await TryAppendAsync(workspace, entries, ack).ConfigureAwait(false);
        if (appended.Failure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
        return Array.ConvertAll(appended.Outcomes, outcome => outcome == AppendOutcome.Applied);
    }

    /// <summary>As <see cref="AppendAsync"/>, and says of each entry what became of it where some part failed.</summary>
    /// <param name="workspace">Of all the entries.</param>
    /// <param name="entries">What to append.</param>
    /// <param name="ack">When it is done.</param>
    /// <param name="mustFit">A full queue takes it all the same: it only ends what was let in before.</param>
    public async Task<Appended> TryAppendAsync(
        string workspace, IReadOnlyList<GrainEntry> entries, AckLevel ack, bool mustFit = false)
    {
        var round = await AppendRound.RunAsync(node.Router, workspace, entries, ack, mustFit).ConfigureAwait(false);
        if (round is { Moved.Count: > 0, Failure: null })
            round = await AppendMovedAsync(workspace, entries, round, ack, mustFit).ConfigureAwait(false);
        foreach (var (index, _) in round.Onward.Where(item => item.Into == ContactRedirects.Nobody))
            round.Outcomes[index] = AppendOutcome.Erased;
        var onward = OnwardOf(workspace, entries, round.Onward).ToList();
        var appended = new Appended(round.Outcomes, round.Failure);
        return onward.Count == 0 ? appended : await FollowAsync(workspace, onward, appended, ack, mustFit).ConfigureAwait(false);
    }

    // Nothing became of them, so they are sent again to wherever the way leads by then.
    private async Task<AppendRound> AppendMovedAsync(
        string workspace, IReadOnlyList<GrainEntry> entries, AppendRound round, AckLevel ack, bool mustFit)
    {
        var patience = NewPatience();
        while (round is { Moved.Count: > 0, Failure: null })
        {
            try
            {
                await patience.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch (PartitionUnavailableException late)
            {
                return round with { Failure = late };
            }

            var again = await AppendRound.RunAsync(node.Router, workspace, entries, ack, mustFit, round.Moved).ConfigureAwait(false);
            foreach (var index in round.Moved)
                round.Outcomes[index] = again.Outcomes[index];
            round = again with { Outcomes = round.Outcomes, Onward = [.. round.Onward, .. again.Onward] };
        }

        return round;
    }

    // What is known of a contact that was merged is told to the one that it leads to. Redirects never lead in a circle,
    // so this ends.
    private async Task<Appended> FollowAsync(
        string workspace, List<(int Index, GrainEntry Entry)> onward, Appended first, AckLevel ack, bool mustFit)
    {
        var entries = onward.ConvertAll(item => item.Entry);
        var (outcomes, failure) = await TryAppendAsync(workspace, entries, ack, mustFit).ConfigureAwait(false);
        for (var i = 0; i < onward.Count; i++)
            first.Outcomes[onward[i].Index] = outcomes[i];
        return first with { Failure = first.Failure ?? failure };
    }

    // Only upserts follow; whatever else is for that contact alone.
    private IEnumerable<(int Index, GrainEntry Entry)> OnwardOf(
        string workspace, IReadOnlyList<GrainEntry> entries, IReadOnlyList<(int Index, string Into)> onward)
    {
        foreach (var (index, into) in onward)
        {
            var entry = entries[index].Entry;
            if (entry.BodyCase == Entry.BodyOneofCase.ContactUpserted && into != ContactRedirects.Nobody)
                yield return (index, GrainEntry.For(new GrainKey(workspace, GrainKind.Contact, into), node.Router.PartitionCount, entry));
        }
    }
}

/// <summary>What became of an entry.</summary>
internal enum AppendOutcome
{
    /// <summary>It never reached a queue.</summary>
    NotSent,

    /// <summary>It may be in the journal or not.</summary>
    Unknown,

    /// <summary>It had no effect, such as a claim that another account holds.</summary>
    Refused,

    /// <summary>It is about a contact that was erased.</summary>
    Erased,

    /// <summary>It had its effect.</summary>
    Applied,
}

/// <param name="Outcomes">Of each entry.</param>
/// <param name="Failure">Why some are not known or were not sent; null where none.</param>
internal readonly record struct Appended(AppendOutcome[] Outcomes, Exception? Failure);
