using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Rollup;
using LeadGrains.Scoring;

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

    private readonly List<NameStatement> _statements = [];
    private readonly List<NameQuestion> _questions = [];
    private Instant _notBefore = Instant.Min;
    private int _underWay;

    /// <summary>Nothing waits to be sent or answered.</summary>
    public bool IsQuiet => _underWay == 0 && _statements.Count == 0 && _questions.Count == 0;

    /// <summary>The contact's name, or what is known of it, may have changed.</summary>
    public void Seek(Partition partition, ContactGrain contact)
    {
        var name = contact.Membership.SoughtName;
        contact.LinkedName = name;
        var before = partition.Names.Sought.Replace(contact.Slot, name);
        if (loop.Settlement.Duty != LoopDuty.Serve)
            return;
        if (before is not null)
            Ask(partition, contact.Slot, before, contact.LastSequence, isLeaving: true);
        if (partition.Names.Sought.Find(contact.Slot) is not { } sought)
            return;
        sought.Version = contact.LastSequence;
        Ask(partition, contact.Slot, name, contact.LastSequence, isLeaving: false);
    }

    /// <summary>States what has changed of an account's names.</summary>
    /// <param name="partition">The account's.</param>
    /// <param name="slot">The account.</param>
    /// <param name="names">All its names, and whom they lead to.</param>
    public void State(Partition partition, int slot, in StatedNames names)
    {
        var before = partition.Names.Stated.GetValueOrDefault(slot, new StatedNames([], names.Claimant));
        if (before == names || (before.Names.Count == 0 && names.Names.Count == 0))
            return;
        State(partition.KeyOf(GrainKind.Account, slot), before, names);
        partition.Names.Take(slot, names);
    }

    // Apart from the above, which each settled account passes: here are closures.
    private void State(GrainKey account, StatedNames before, StatedNames names)
    {
        var leadTo = names.LeadToFrom(account);
        IReadOnlyList<string> kept = names.Claimant == before.Claimant ? before.Names : [];
        _statements.AddRange(before.Names.Except(names.Names).Select(name => new NameStatement(account, name, LeadsTo: "")));
        _statements.AddRange(names.Names.Except(kept).Select(name => new NameStatement(account, name, leadTo)));
    }

    /// <summary>
    /// At the start, before any loop runs: all accounts state their names, and find their places in the queues before
    /// the first contact asks.
    /// </summary>
    public void StateEverything()
    {
        foreach (var partition in loop.Partitions)
        {
            foreach (var (slot, stated) in partition.Names.Stated)
            {
                var account = partition.KeyOf(GrainKind.Account, slot);
                _statements.AddRange(stated.Names.Select(name => new NameStatement(account, name, stated.LeadToFrom(account))));
            }
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
                var sought = partition.Names.Sought.Find(slot)!;
                sought.Version = partition.Contacts.Columns.LastSequence[slot];
                Ask(partition, slot, sought.Name, sought.Version, isLeaving: false);
            }
        }
    }

    /// <summary>Sends what waits.</summary>
    public bool Flush(Instant now)
    {
        if ((_statements.Count == 0 && _questions.Count == 0) || now < _notBefore)
            return false;
        SendStatements();
        foreach (var lane in _questions.GroupBy(question => loop.Map.LaneOf(question.NameKey)))
        {
            _underWay++;
            var request = new SeekAccounts(loop, [.. lane]);
            if (!loop.Node.Router.TryPost(lane.Key, request))
                request.Fail(new OverloadedException());
        }

        _questions.Clear();
        return true;
    }

    /// <summary>Questions have come back with their answers, or unanswered.</summary>
    public void Answered(SeekAccounts request)
    {
        _underWay--;
        if (request.IsFailed)
            _notBefore = loop.Node.Now() + RetryDelay;
        for (var i = 0; i < request.Questions.Count; i++)
        {
            var question = request.Questions[i];
            if (request.IsFailed)
            {
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
        _questions.Add(new NameQuestion(partition, slot, partition.KeyOf(GrainKind.Contact, slot), name, version, isLeaving));

    // Where the contact has asked since, that answer is waited for; where it is to follow this one, it asks again then.
    private void Take(in NameQuestion question, string account)
    {
        var (partition, slot) = (question.Partition, question.Slot);
        if (partition.Names.Sought.Find(slot) is not { } sought || sought.Name != question.Name || sought.Version != question.Version)
            return;
        if (!loop.Proposals.TryProposeMatch(partition, slot, question.Name, account))
            sought.Version = 0;
    }

    private void SendStatements()
    {
        var lanes = _statements.ToLookup(statement => loop.Map.LaneOf(statement.NameKey));
        _statements.Clear();
        foreach (var lane in lanes)
        {
            if (!loop.Node.Router.TryPost(lane.Key, new StateNames([.. lane])))
                _statements.AddRange(lane);
        }
    }
}

/// <summary>An account has a name, or has it no more.</summary>
/// <param name="Account">The account.</param>
/// <param name="Name">The normalised name.</param>
/// <param name="LeadsTo">Who is found by it; empty where the account has it no more.</param>
internal readonly record struct NameStatement(GrainKey Account, string Name, string LeadsTo)
{
    /// <summary>Where the name is kept.</summary>
    public GrainKey NameKey => new(Account.Workspace, GrainKind.None, Name);
}

/// <summary>A contact asks which account has its company's name, or seeks by it no more.</summary>
/// <param name="Partition">The contact's, which only the loop that asks may look at.</param>
/// <param name="Slot">The contact.</param>
/// <param name="Contact">Its key, for the loop that answers.</param>
/// <param name="Name">The normalised name.</param>
/// <param name="Version">The contact's version that asks.</param>
/// <param name="IsLeaving">It seeks by it no more.</param>
internal readonly record struct NameQuestion(
    Partition Partition, int Slot, GrainKey Contact, string Name, long Version, bool IsLeaving)
{
    /// <summary>Where the name is kept.</summary>
    public GrainKey NameKey => new(Contact.Workspace, GrainKind.None, Name);
}
