using LeadGrains.Grains.Requests;

namespace LeadGrains.Grains;

/// <summary>Lists all contacts or accounts of a workspace, whole, a page at a time, in an order that never changes.</summary>
internal sealed class GrainLists(Lanes lanes, ContactReader contacts, AccountReader accounts, int partitions)
{
    private const int ReadAtOnce = 100;

    /// <summary>The next contacts; null behind the last one.</summary>
    public async Task<GrainListPage<ContactView>?> ContactsAsync(string workspace, string token, CancellationToken cancellationToken)
    {
        if (await NextAsync(workspace, GrainKind.Contact, ListPosition.Read(token), cancellationToken).ConfigureAwait(false) is not { } next)
            return null;
        var found = new List<ContactView>();
        foreach (var some in next.Keys.Chunk(ReadAtOnce))
            found.AddRange(await contacts.ReadAllAsync(some, cancellationToken).ConfigureAwait(false));
        return new GrainListPage<ContactView>(found, next.Position.Write(), (double)next.Position.Partition / partitions);
    }

    /// <inheritdoc cref="ContactsAsync"/>
    public async Task<GrainListPage<AccountView>?> AccountsAsync(string workspace, string token, CancellationToken cancellationToken)
    {
        if (await NextAsync(workspace, GrainKind.Account, ListPosition.Read(token), cancellationToken).ConfigureAwait(false) is not { } next)
            return null;
        var found = new List<AccountView>();
        foreach (var some in next.Keys.Chunk(ReadAtOnce))
            found.AddRange(await accounts.ReadAllAsync(some, cancellationToken).ConfigureAwait(false));
        return new GrainListPage<AccountView>(found, next.Position.Write(), (double)next.Position.Partition / partitions);
    }

    private async Task<(GrainKey[] Keys, ListPosition Position)?> NextAsync(
        string workspace, GrainKind kind, ListPosition from, CancellationToken cancellationToken)
    {
        for (var at = from; at.Partition < partitions; at = new ListPosition(at.Partition + 1, ""))
        {
            var after = at.AfterId.Length == 0 ? 0 : KeyHash.Of(new GrainKey(workspace, kind, at.AfterId));
            var ids = await AskAsync(workspace, kind, at, after, cancellationToken).ConfigureAwait(false);
            if (ids.Count > 0)
                return ([.. ids.Select(id => new GrainKey(workspace, kind, id))], at with { AfterId = ids[^1] });
        }

        return null;
    }

    private async Task<IReadOnlyList<string>> AskAsync(string workspace, GrainKind kind, ListPosition at, ulong after, CancellationToken cancellationToken)
    {
        for (Patience? patience = null; ;)
        {
            var list = new ListGrains(workspace, kind, at.Partition, after, at.AfterId, ListGrains.LimitMax);
            lanes.Post(lanes.LaneOf(at.Partition), list);
            try
            {
                return await list.DoneAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (PartitionMovedException)
            {
                await (patience ??= lanes.NewPatience()).WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }
}

/// <summary>A page of all contacts or accounts.</summary>
/// <param name="Grains">Whole. May be fewer than were found: who has gone meanwhile is left out.</param>
/// <param name="ResumeToken">Goes on after it.</param>
/// <param name="Progress">How much of the list is before it, 0 to 1.</param>
public sealed record GrainListPage<TView>(IReadOnlyList<TView> Grains, string ResumeToken, double Progress);
