using System.Collections.Concurrent;
using LeadGrains.Grains.Accounts;
using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Residents;
using LeadGrains.Grains.Rollup;

namespace LeadGrains.Grains.Names;

/// <summary>
/// Finds accounts by companies' names. Accounts state their names to the partition that a name leads to, contacts ask
/// it, and whenever its answer changes they are told. Who has a name is derived; what a contact makes of it is an entry
/// of the contact.
/// </summary>
/// <remarks>
/// A contact asks again after each entry that took an answer over, so that an answer which was overtaken on its way
/// does not stay.
/// </remarks>
internal sealed class NameOutbox(PartitionLoop loop, RankedAnswers ranked)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private const int MostKept = 1_024;

    private readonly List<NameStatement> _statements = [];
    private readonly List<NameQuestion> _questions = [];
    private readonly NameRestatements _restatements = new(loop);
    private readonly ConcurrentQueue<Action> _failures = new();
    private Pause _pause = new(loop.Node.Clock);
    private int _underWay;

    /// <summary>Nothing waits to be sent or answered.</summary>
    public bool IsQuiet => _underWay == 0 && _statements.Count == 0 && _questions.Count == 0;

    /// <summary>The contact's name, or what is known of it, may have changed.</summary>
    public void Seek(Partition partition, ContactGrain contact)
    {
        var name = contact.Membership.SoughtName;
        contact.LinkedName = name;
        var sought = partition.Names.Sought;
        var before = sought.Replace(contact.Slot, name);
        if (loop.Settlement.Duty != LoopDuty.Serve)
            return;
        if (before is not null)
            Ask(partition, contact.Slot, before, contact.LastSequence, isLeaving: true);
        if (name.Length == 0)
            return;
        sought.SetVersion(contact.Slot, contact.LastSequence);
        Ask(partition, contact.Slot, name, contact.LastSequence, isLeaving: false);
    }

    /// <summary>States what has changed of an account's names.</summary>
    /// <param name="partition">The account's.</param>
    /// <param name="account">What it is called.</param>
    /// <param name="claimant">Whom its names lead to, where that is another account; else empty.</param>
    public void State(Partition partition, AccountGrain account, string claimant)
    {
        if (!partition.Names.Accounts.IsSame(account.Slot, account.Name, account.NameKeysBesideName, claimant))
            StateChanged(partition, account, claimant);
    }

    // Apart from the above, which each settled account passes: here are closures.
    private void StateChanged(Partition partition, AccountGrain account, string claimant)
    {
        var names = partition.Names.Accounts;
        var (before, claimantBefore) = (names.KeysOf(account.Slot), names.ClaimantOf(account.Slot));
        names.Take(account.Slot, account.Name, account.NameKeysBesideName, claimant);
        IReadOnlyList<string> kept = claimant == claimantBefore ? before : [];
        State(partition, account.Slot, before.Except(account.NameKeys), leadsTo: null);
        State(partition, account.Slot, account.NameKeys.Except(kept), claimant);
    }

    /// <summary>
    /// At the start, before any loop runs: all accounts state their names, and find their places in the queues before
    /// the first contact asks.
    /// </summary>
    public void StateEverything()
    {
        foreach (var partition in loop.Partitions)
        {
            foreach (var slot in partition.Names.Accounts.Slots)
                State(partition, slot, partition.Names.Accounts.KeysOf(slot), partition.Names.Accounts.ClaimantOf(slot));
        }

        SendStatements();
    }

    /// <summary>At the start all contacts ask: nobody remembers them.</summary>
    public void SeekEverything()
    {
        foreach (var partition in loop.Partitions)
        {
            foreach (var slot in partition.Names.Sought.Slots)
            {
                var version = partition.Contacts.Columns.LastSequence[slot];
                partition.Names.Sought.SetVersion(slot, version);
                Ask(partition, slot, partition.Names.Sought.NameOf(slot)!, version, isLeaving: false);
            }
        }
    }

    /// <summary>Partitions have come: their accounts state all names, and their contacts ask.</summary>
    public void Adopt(IReadOnlyList<Partition> partitions) => Restate(Enumerable.Range(0, loop.Node.Journal.PartitionCount).ToHashSet(), partitions);

    /// <summary>Names have come to another owner: accounts of these partitions state those that lead there, and contacts ask.</summary>
    /// <param name="names">The names' partitions.</param>
    /// <param name="from">The accounts' and contacts' partitions, of this loop.</param>
    public void Restate(IReadOnlySet<int> names, IReadOnlyList<Partition> from)
    {
        foreach (var partition in from)
        {
            if (_restatements.Add(partition, names))
                SeekAgain(partition, names);
        }
    }

    /// <summary>Tells contacts whom a name leads to now.</summary>
    public void Tell(IEnumerable<GrainPlace> contacts, NameKey name, string found)
    {
        foreach (var lane in contacts.GroupBy(contact => loop.Node.Router.LaneOf(contact.Partition)))
        {
            // Where nobody is known to have the contacts, they ask where they come to.
            var request = new FollowName(loop, [.. lane], name, found);
            if (lane.Key >= 0 && !loop.Node.Router.TryPost(lane.Key, request))
                request.Fail(new OverloadedException());
        }
    }

    /// <summary>Contacts may not have been told. For any thread.</summary>
    public void TellAgain(NameKey name) => Later(() =>
    {
        var index = loop.Map.IndexOf(name.First);
        if (!loop.Map.Takes(index))
            return;
        var partition = loop.Map[index];
        var (found, contacts) = partition.Names.Table.Ask(name);
        Tell(contacts.Select(contact => partition.Keys.PlaceOf(GrainKind.Contact, contact)), name, found);
    });

    /// <summary>Statements may not have been heard. For any thread.</summary>
    public void StateAgain(IReadOnlyList<NameKey> names, IReadOnlyList<(int Accounts, int Names)> whole) => Later(() =>
    {
        var indices = names.Select(name => loop.Map.IndexOf(name.First)).Concat(whole.Select(pair => pair.Names)).ToHashSet();
        foreach (var partition in loop.Partitions)
            _restatements.AddAgain(partition, indices);
    });

    /// <summary>Sends what waits.</summary>
    public bool Flush()
    {
        if (!_pause.IsOver)
            return false;
        if (TakeFailures())
            return true;
        var restated = _restatements.Send();
        if (_statements.Count == 0 && _questions.Count == 0)
            return restated;
        SendStatements();
        foreach (var lane in _questions.GroupBy(question => LaneOf(question.Key)))
        {
            // Where nobody is known to have the names, whoever takes them will ask for the questions: see Restate.
            if (lane.Key < 0)
                continue;
            _underWay++;
            var request = new SeekAccounts(loop, [.. lane]);
            if (!loop.Node.Router.TryPost(lane.Key, request))
                request.Fail(new OverloadedException());
        }

        Empty(_questions);
        return true;
    }

    /// <summary>Questions have come back with their answers, or unanswered.</summary>
    public void Answered(SeekAccounts request)
    {
        _underWay--;
        if (request.IsFailed)
            _pause.Begin(RetryDelay);
        for (var i = 0; i < request.Questions.Count; i++)
        {
            var question = request.Questions[i];
            if (question.Partition.IsGone)
                continue;
            if (request.IsFailed)
            {
                // Who seeks the name again has asked since: leaving it behind that would end the search.
                if (!question.IsLeaving || question.Partition.Names.Sought.NameOf(question.Slot) != question.Name)
                    _questions.Add(question);
                continue;
            }

            if (!question.IsLeaving)
                Take(question, request.Accounts[i]);
            if (ranked.IsWaiting)
                ranked.Acknowledged(question.Partition, question.Slot, question.Partition.AcknowledgedVersion(question.Slot, delivered: 0));
        }
    }

    private void Ask(Partition partition, int slot, string name, long version, bool isLeaving) =>
        _questions.Add(new NameQuestion(
            partition, slot, NameTable.KeyOf(partition.WorkspaceOf(GrainKind.Contact, slot), name), name, version, isLeaving));

    private void SeekAgain(Partition partition, IReadOnlySet<int> names)
    {
        foreach (var slot in partition.Names.Sought.Slots.ToList())
        {
            var name = partition.Names.Sought.NameOf(slot)!;
            var key = NameTable.KeyOf(partition.WorkspaceOf(GrainKind.Contact, slot), name);
            if (!names.Contains(loop.Map.IndexOf(key.First)))
                continue;
            var version = partition.Contacts.Columns.LastSequence[slot];
            partition.Names.Sought.SetVersion(slot, version);
            Ask(partition, slot, name, version, isLeaving: false);
        }
    }

    // Whoever could not be reached gets a moment.
    private bool TakeFailures()
    {
        if (_failures.IsEmpty)
            return false;
        while (_failures.TryDequeue(out var failure))
            failure();
        _pause.Begin(RetryDelay);
        return true;
    }

    private void Later(Action act)
    {
        // What has one node has no other one that may not have heard.
        if (!loop.Map.MayMove)
            return;
        _failures.Enqueue(act);
        loop.Wake();
    }

    private void State(Partition partition, int slot, IEnumerable<string> names, string? leadsTo)
    {
        foreach (var name in names)
            _statements.Add(NameStatement.Of(partition, slot, name, leadsTo));
    }

    // At a start all accounts state and all contacts ask, and never again so many.
    private static void Empty<T>(List<T> list)
    {
        list.Clear();
        if (list.Capacity > MostKept)
            list.TrimExcess();
    }

    private int LaneOf(NameKey key) => loop.Node.Router.LaneOf(loop.Map.IndexOf(key.First));

    // Where the contact has asked since, that answer is waited for; where it is to follow this one, it asks again then.
    private void Take(in NameQuestion question, string account)
    {
        var (partition, slot) = (question.Partition, question.Slot);
        var sought = partition.Names.Sought;
        if (sought.VersionOf(slot) != question.Version || sought.NameOf(slot) != question.Name)
            return;
        if (!loop.Proposals.TryProposeMatch(partition, slot, question.Name, account))
            sought.SetVersion(slot, 0);
    }

    private void SendStatements()
    {
        var lanes = _statements.ToLookup(statement => LaneOf(statement.Key));
        Empty(_statements);
        foreach (var lane in lanes)
        {
            if (lane.Key >= 0 && !loop.Node.Router.TryPost(lane.Key, new StateNames(loop, [.. lane], [])))
                _statements.AddRange(lane);
        }
    }
}
