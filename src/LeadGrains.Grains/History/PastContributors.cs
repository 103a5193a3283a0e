using System.Text;
using LeadGrains.Grains.Accounts;
using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Parents;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;
using LeadGrains.Grains.Residents;
using LeadGrains.Grains.Rollup;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.History;

/// <summary>
/// An account of the past with the contacts who belonged to it, in a partition of its own, so that it is summed up by
/// what sums up live ones. Of the contacts' parts it keeps those of the largest, as many as an explanation can show.
/// </summary>
internal sealed class PastContributors
{
    private readonly GrainKey _account;
    private readonly Viewpoint _view;
    private readonly ushort _workspace;
    private readonly Partition _partition;
    private readonly ColumnWriter _columns;
    private readonly double[] _sums;
    private readonly PriorityQueue<ContactParts, double> _largest = new();
    private int _others;
    private double _othersPoints;

    public PastContributors(GrainKey account, Viewpoint view)
    {
        _account = account;
        _view = view;
        // With codes of its own: who only asks does not become a workspace of the node.
        var workspaces = new WorkspaceCodes();
        _workspace = workspaces.CodeOf(account.Workspace);
        _partition = new Partition(0, 0, workspaces, PartitionTables.Empty(view.Model, 0, view.At));
        _columns = new ColumnWriter(view.Model.Columns.Length);
        _sums = new double[view.Model.Columns.Length];
        AccountSlot = Admit(account);
    }

    /// <summary>The slot that the account's own grain must have.</summary>
    public int AccountSlot { get; }

    /// <summary>The slot that a contact's grain must have.</summary>
    public int Admit(GrainKey key)
    {
        var slot = _partition.KeysOf(key.Kind).FindOrAdd(KeyHash.Of(key), _workspace, Encoding.UTF8.GetBytes(key.Id), out _);
        _partition.Admit(key.Kind, slot);
        return slot;
    }

    /// <summary>Adds a contact as it was, if it belonged to the account.</summary>
    public void AddIfMember(GrainKey key, ContactGrain contact)
    {
        if (contact.Membership.AccountId != _account.Id)
            return;
        _columns.Write(_partition, contact, GroupSet.All);
        var landmarks = _partition.Contacts.Columns.Sums.Landmarks;
        var contribution = OwedContribution.Of(_partition, contact.Slot, contact.LastSequence, landmarks, _sums);
        _partition.Contributions.Put(AccountSlot, contribution, landmarks, _view.At, out _);
        if (!contribution.Has(ContributionFlags.Disqualified))
            Keep(new ContactParts(key.Id, contribution.Weight, ContactAnswer.Of(_partition, contact, _view, explain: true).Parts));
    }

    /// <summary>The account's explanation; null where it did not exist.</summary>
    /// <param name="own">The account's own state, empty where it had no entry.</param>
    public AccountExplanationView? Explain(AccountGrain own)
    {
        SumUp(own);
        var answer = AccountAnswer.Of(_partition, own, _view, contributors: 0, explain: true);
        if (!answer.IsKnown)
            return null;
        var parts = _largest.UnorderedItems.Select(item => item.Element).OrderBy(part => part.ContactId, StringComparer.Ordinal).ToList();
        if (_others > 0)
            parts.Add(AccountExplanations.Others(_others, _othersPoints));
        return AccountExplanations.Of(_view.Model, answer, parts);
    }

    /// <summary>Adds an account that was a part of it.</summary>
    public void Add(Subsidiary subsidiary) => _partition.Parents.Subsidiaries.Put(AccountSlot, subsidiary);

    /// <summary>What the account brought to its parent.</summary>
    /// <param name="own">The account's own state.</param>
    public Subsidiary AsSubsidiary(AccountGrain own)
    {
        SumUp(own);
        return Subsidiary.Of(_partition, AccountSlot);
    }

    private void SumUp(AccountGrain own)
    {
        _columns.Write(_partition, own);
        _partition.Names.Accounts.Take(AccountSlot, own.Name, own.NameKeysBesideName, claimant: "");
        if (_partition.Parents.Subsidiaries.Any(AccountSlot))
            _partition.Parents.Subsidiaries.Refresh(AccountSlot);
        _partition.Contributions.Recompute(AccountSlot);
    }

    private void Keep(ContactParts contact)
    {
        if (_largest.Count < AccountExplanation.MaxParts)
        {
            _largest.Enqueue(contact, Math.Abs(PointsOf(contact)));
            return;
        }

        _others++;
        _othersPoints += PointsOf(_largest.EnqueueDequeue(contact, Math.Abs(PointsOf(contact))));
    }

    private static double PointsOf(ContactParts contact) =>
        contact.Weight * contact.Parts.Where(part => part.Dimension == Dimension.Intent).Sum(part => part.Points);
}
