using System.Buffers;
using LeadGrains.Grains.Codecs;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;
using LeadGrains.Grains.Signals;

namespace LeadGrains.Grains;

/// <summary>
/// What the gateway asks of grains. It finds the lane of each partition, splits only what belongs to different lanes,
/// and puts the answers together. Safe for many threads.
/// </summary>
public sealed class GrainClient
{
    private readonly NodeContext _node;
    private readonly ContactReader _contacts;
    private readonly AccountReader _accounts;
    private readonly RankReader _ranking;
    private readonly DomainClaims _claims;
    private readonly Lanes _lanes;

    internal GrainClient(NodeContext node)
    {
        _node = node;
        _lanes = new Lanes(node);
        _contacts = new ContactReader(_lanes);
        _accounts = new AccountReader(node, _lanes, _contacts);
        _ranking = new RankReader(node, _lanes);
        _claims = new DomainClaims(node, _lanes);
    }

    /// <summary>How many partitions the store has: what a batch is validated against.</summary>
    public int PartitionCount => _node.Router.PartitionCount;

    /// <summary>The receiving clock: the stamp for what comes in now. It never goes back.</summary>
    public Scoring.Instant Now() => _node.Now();

    /// <summary>
    /// Records a validated batch and disposes it. Completes when the batch is durable and applied, and, where the
    /// batch asks for it, ranked.
    /// </summary>
    /// <exception cref="OverloadedException">A queue was full. Parts may be recorded; sending all again is safe.</exception>
    /// <exception cref="PartitionUnavailableException">A partition stopped. Sending all again is safe.</exception>
    public async Task<RecordOutcome> RecordAsync(SignalBatch batch, CancellationToken cancellationToken)
    {
        using (batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (batch.Slices.IsEmpty)
                return default;
            if (OnlyLane(batch) is { } lane)
            {
                using var request = new RecordSignals(batch, null, batch.Slices.Length);
                _lanes.Post(lane, request);
                return await request.Done.ConfigureAwait(false);
            }

            return await RecordSplitAsync(batch).ConfigureAwait(false);
        }
    }

    /// <summary>Journals and applies checked items.</summary>
    /// <exception cref="GrainException">As with <see cref="RecordAsync"/>.</exception>
    public async Task<UpsertOutcome> UpsertContactsAsync(
        string workspace, IReadOnlyList<ContactUpsert> items, AckLevel ack, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var entries = items.Select(item => GrainEntry.For(
            new GrainKey(workspace, GrainKind.Contact, item.Id), PartitionCount, EntryBodies.Of(item)));
        var outcomes = await _lanes.AppendAsync(workspace, [.. entries], ack).ConfigureAwait(false);
        return UpsertOutcomes.Of(items.Select(item => item.Index), outcomes, []);
    }

    /// <summary>
    /// Claims the domains of checked items, first come holds, then journals and applies the items. One that asks for
    /// a domain which another account holds is rejected whole.
    /// </summary>
    /// <exception cref="GrainException">As with <see cref="RecordAsync"/>.</exception>
    public async Task<UpsertOutcome> UpsertAccountsAsync(
        string workspace, IReadOnlyList<AccountUpsert> items, AckLevel ack, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var rejections = new List<Rejection>();
        var accepted = await _claims.ClaimAsync(workspace, items, rejections).ConfigureAwait(false);
        var entries = accepted.Select(item => GrainEntry.For(
            new GrainKey(workspace, GrainKind.Account, item.Id), PartitionCount, EntryBodies.Of(item)));
        var outcomes = await _lanes.AppendAsync(workspace, [.. entries], ack).ConfigureAwait(false);
        return UpsertOutcomes.Of(accepted.Select(item => item.Index), outcomes, rejections);
    }

    /// <summary>Null where the contact is not known.</summary>
    public Task<ContactView?> GetContactAsync(string workspace, string id, CancellationToken cancellationToken) =>
        _contacts.GetAsync(workspace, id, cancellationToken);

    /// <summary>Null where the contact is not known; a null instant means now.</summary>
    /// <exception cref="AsOfTooEarlyException">The instant lies before the contact's last entry.</exception>
    public Task<ContactExplanationView?> ExplainContactAsync(
        string workspace, string id, Scoring.Instant? at, CancellationToken cancellationToken) =>
        _contacts.ExplainAsync(workspace, id, at, cancellationToken);

    /// <summary>Null where the account is not known.</summary>
    public Task<AccountView?> GetAccountAsync(string workspace, string id, CancellationToken cancellationToken) =>
        _accounts.GetAsync(workspace, id, cancellationToken);

    /// <summary>Null where the account is not known; a null instant means now.</summary>
    /// <exception cref="AsOfTooEarlyException">The instant lies before the last entry of the account or a contact.</exception>
    public Task<AccountExplanationView?> ExplainAccountAsync(
        string workspace, string id, Scoring.Instant? at, CancellationToken cancellationToken) =>
        _accounts.ExplainAsync(workspace, id, at, cancellationToken);

    /// <summary>The account's contacts, highest total first; null where the account is not known.</summary>
    /// <exception cref="Ranking.PageTokenException">The token is not one of this list.</exception>
    public Task<AccountContactsPage?> ListAccountContactsAsync(
        string workspace, string id, int pageSize, string pageToken, CancellationToken cancellationToken) =>
        _accounts.ListContactsAsync(workspace, id, pageSize, pageToken, cancellationToken);

    /// <summary>A page of the ranking, all at one instant.</summary>
    /// <exception cref="Ranking.PageTokenException">The token is not one of this query under this model.</exception>
    /// <exception cref="Ranking.UnknownFilterException">A trait of the filter has no ranking column.</exception>
    public Task<RankPage> RankAsync(
        string workspace, GrainKind kind, Ranking.RankFilter filter, Ranking.RankBy by, int pageSize, string pageToken,
        CancellationToken cancellationToken) =>
        _ranking.RankAsync(workspace, kind, filter, by, pageSize, pageToken, cancellationToken);

    private int? OnlyLane(SignalBatch batch)
    {
        var router = _node.Router;
        if (router.LaneCount == 1)
            return 0;
        var slices = batch.Slices;
        var lane = router.LaneOf(slices[0].Partition);
        for (var i = 1; i < slices.Length; i++)
        {
            if (router.LaneOf(slices[i].Partition) != lane)
                return null;
        }

        return lane;
    }

    private async Task<RecordOutcome> RecordSplitAsync(SignalBatch batch)
    {
        var requests = Split(batch);
        try
        {
            var posted = new List<Task<RecordOutcome>>(requests.Count);
            Exception? refused = null;
            foreach (var (lane, request) in requests)
            {
                if (refused is null && _node.Router.TryPost(lane, request))
                    posted.Add(request.Done);
                else
                    refused = new OverloadedException();
            }

            // The batch's bytes are in use until every lane has answered, whatever became of the others.
            var outcomes = await Task.WhenAll(posted).ConfigureAwait(false);
            if (refused is not null)
                throw refused;
            return new RecordOutcome(
                (uint)outcomes.Sum(outcome => outcome.Recorded), (uint)outcomes.Sum(outcome => outcome.Duplicates));
        }
        finally
        {
            foreach (var (_, request) in requests)
                request.Dispose();
        }
    }

    private List<(int Lane, RecordSignals Request)> Split(SignalBatch batch)
    {
        var router = _node.Router;
        var slices = batch.Slices;
        var indices = new int[router.LaneCount][];
        var counts = new int[router.LaneCount];
        for (var i = 0; i < slices.Length; i++)
        {
            var lane = router.LaneOf(slices[i].Partition);
            indices[lane] ??= ArrayPool<int>.Shared.Rent(slices.Length);
            indices[lane][counts[lane]++] = i;
        }

        var requests = new List<(int, RecordSignals)>(indices.Length);
        for (var lane = 0; lane < indices.Length; lane++)
        {
            if (counts[lane] > 0)
                requests.Add((lane, new RecordSignals(batch, indices[lane], counts[lane])));
        }

        return requests;
    }
}
