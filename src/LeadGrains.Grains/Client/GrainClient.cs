using LeadGrains.Grains.Merges;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Signals;

namespace LeadGrains.Grains;

/// <summary>
/// What the gateway asks of grains. It finds the lane of each partition, splits only what belongs to different lanes,
/// and puts the answers together. Safe for many threads.
/// </summary>
public sealed class GrainClient
{
    private readonly NodeContext _node;
    private readonly Func<GrainReaders> _readers;
    private readonly Func<string, GrainReaders> _shadowReaders;
    private readonly ContactUpserts _contactUpserts;
    private readonly AccountUpserts _accountUpserts;
    private readonly MergeDesk _merges;
    private readonly Watching.ChangeWatches _watches;
    private readonly SignalSender _signals;

    /// <param name="node">The way to the lanes and the clock, which stay when another model is published.</param>
    /// <param name="merges">Merges contacts.</param>
    /// <param name="readers">What reads under the active model.</param>
    /// <param name="shadowReaders">What reads under a workspace's shadow model; throws where there is none.</param>
    internal GrainClient(NodeContext node, MergeDesk merges, Func<GrainReaders> readers, Func<string, GrainReaders> shadowReaders)
    {
        _node = node;
        _merges = merges;
        _readers = readers;
        _shadowReaders = shadowReaders;
        var lanes = new Lanes(node);
        _watches = new Watching.ChangeWatches(node);
        _signals = new SignalSender(node);
        _accountUpserts = new AccountUpserts(node, lanes);
        _contactUpserts = new ContactUpserts(node, lanes, merges);
    }

    /// <summary>How many partitions the store has: what a batch is validated against.</summary>
    public int PartitionCount => _node.Router.PartitionCount;

    /// <summary>The active models of all workspaces.</summary>
    public ServedModels Served => _readers().Node.Served;

    /// <summary>The model that a workspace is scored by.</summary>
    public ServedModel ModelOf(string workspace) => _readers().Node.Served.Of(workspace);

    /// <summary>A workspace's shadow model.</summary>
    /// <exception cref="NoShadowException">There is none.</exception>
    public ServedModel ShadowModelOf(string workspace) => _shadowReaders(workspace).Node.Served.Of(workspace);

    /// <summary>The receiving clock: the stamp for what comes in now. It never goes back.</summary>
    public Scoring.Instant Now() => _node.Now();

    /// <summary>
    /// Records a validated batch and disposes it. Completes when the batch is durable and applied, and, where the
    /// batch asks for it, ranked.
    /// </summary>
    /// <exception cref="OverloadedException">A queue was full. Parts may be recorded; sending all again is safe.</exception>
    /// <exception cref="PartitionUnavailableException">A partition stopped. Sending all again is safe.</exception>
    public Task<RecordOutcome> RecordAsync(SignalBatch batch, CancellationToken cancellationToken) =>
        _signals.SendAsync(batch, cancellationToken);

    /// <summary>
    /// As <see cref="RecordAsync"/>, for a caller that can be held back: waits for room in the queues instead of being
    /// refused. Completes when the batch has its place in every queue, so that batches begun one after another keep
    /// their order, and gives the outcome to wait for.
    /// </summary>
    public ValueTask<Task<RecordOutcome>> EnqueueAsync(SignalBatch batch, CancellationToken cancellationToken) =>
        _signals.EnqueueAsync(batch, cancellationToken);

    /// <summary>Journals and applies checked items, and merges their aliases into them.</summary>
    /// <exception cref="GrainException">As with <see cref="RecordAsync"/>.</exception>
    public Task<UpsertOutcome> UpsertContactsAsync(
        string workspace, IReadOnlyList<ContactUpsert> items, AckLevel ack, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _contactUpserts.RunAsync(workspace, items, ack, cancellationToken);
    }

    /// <summary>
    /// Merges one contact into another: its signals join that one's, none counted twice, and its id leads there from
    /// then on. Merging two that are one already changes nothing.
    /// </summary>
    /// <returns>The one contact that both ids lead to, and what was done.</returns>
    /// <exception cref="UnknownContactException">There is nothing to merge into.</exception>
    /// <exception cref="MergeRefusedException">The two cannot be merged.</exception>
    /// <exception cref="GrainException">
    /// It is not finished yet, or was not begun. What was begun is finished by itself, and asking again is safe.
    /// </exception>
    public async Task<(ContactView Contact, MergeResult Result)> MergeContactsAsync(string workspace, string from, string into, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var result = await _merges.MergeAsync(new MergeAsked(workspace, from, into, StrangersOnly: false), cancellationToken).ConfigureAwait(false);
        var contact = await GetContactAsync(workspace, into, cancellationToken).ConfigureAwait(false)
            ?? throw new UnknownContactException(into);
        return (contact, result);
    }

    /// <summary>
    /// Erases whoever an id leads to, with all ids that lead there: nobody sees the person from the first step on, and what
    /// comes late of these ids is refused. Completes when nothing is left. Asked again, it tells what was done and looks again.
    /// </summary>
    /// <exception cref="UnknownContactException">Nobody knows the id, and it was not erased.</exception>
    /// <exception cref="GrainException">It is not finished yet, or was not begun. What was begun is finished by itself.</exception>
    public Task<ErasureReport> EraseContactAsync(string workspace, string id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _merges.EraseAsync(workspace, id, cancellationToken);
    }

    /// <summary>What the last run did that let go of what is too old, on whichever node; null where there was none.</summary>
    public async Task<RetentionReport?> FindRetentionAsync(CancellationToken cancellationToken) =>
        _node.Parts.RetentionRecords is { } records && await records.FindAsync(cancellationToken).ConfigureAwait(false) is { } run ? RetentionReport.Of(run) : null;

    /// <summary>What names a contact without telling who it is: the tombstone that it would leave behind.</summary>
    public string TombstoneOf(string workspace, string id) => _node.Parts.Tombstones.Of(workspace, id).ToString();

    /// <summary>
    /// Claims the domains of checked items, first come holds, then journals and applies the items. One that asks for
    /// a domain which another account holds is rejected whole.
    /// </summary>
    /// <exception cref="GrainException">As with <see cref="RecordAsync"/>.</exception>
    public Task<UpsertOutcome> UpsertAccountsAsync(
        string workspace, IReadOnlyList<AccountUpsert> items, AckLevel ack, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _accountUpserts.RunAsync(workspace, items, ack);
    }

    /// <summary>Null where the contact is not known.</summary>
    public Task<ContactView?> GetContactAsync(string workspace, string id, CancellationToken cancellationToken) =>
        ReadAsync(readers => readers.Contacts.GetAsync(workspace, id, cancellationToken));

    /// <summary>Under the active model.</summary>
    /// <inheritdoc cref="ExplainContactAsync(string, string, Scoring.Instant?, ExplainedModel, CancellationToken)"/>
    public Task<ContactExplanationView?> ExplainContactAsync(
        string workspace, string id, Scoring.Instant? at, CancellationToken cancellationToken) =>
        ExplainContactAsync(workspace, id, at, ExplainedModel.Active, cancellationToken);

    /// <summary>
    /// Null where the contact is not known, or was not known then. A null instant means now; one before the contact's
    /// last entry counts what had been received by then, and is answered from the journal.
    /// </summary>
    /// <exception cref="HistoryTooLongException">The contact has more entries than are read for one question.</exception>
    public Task<ContactExplanationView?> ExplainContactAsync(
        string workspace, string id, Scoring.Instant? at, ExplainedModel model, CancellationToken cancellationToken) =>
        ReadAsync(readers => readers.Explainer.ExplainAsync(workspace, id, at, model, cancellationToken));

    /// <summary>What the contact did, newest first, with what became of each signal; null where the contact is not known.</summary>
    /// <exception cref="Ranking.PageTokenException">The token is not one of this contact's.</exception>
    /// <exception cref="HistoryTooLongException">The contact has more entries than are read for one question.</exception>
    public Task<SignalsPage?> ListSignalsAsync(
        string workspace, string id, int pageSize, string pageToken, CancellationToken cancellationToken) =>
        ReadAsync(readers => readers.Signals.ListAsync(new GrainKey(workspace, GrainKind.Contact, id), pageSize, pageToken, cancellationToken));

    /// <summary>The contact's changes of stage, oldest first; none where the contact is not known.</summary>
    /// <exception cref="HistoryTooLongException">The contact has more entries than are read for one question.</exception>
    public Task<IReadOnlyList<StageStep>> ListContactStagesAsync(string workspace, string id, CancellationToken cancellationToken) =>
        ReadAsync(readers => readers.Stages.ListAsync(workspace, id, cancellationToken));

    /// <summary>Null where the account is not known.</summary>
    public Task<AccountView?> GetAccountAsync(string workspace, string id, CancellationToken cancellationToken) =>
        ReadAsync(readers => readers.Accounts.GetAsync(workspace, id, cancellationToken));

    /// <summary>Under the active model.</summary>
    /// <inheritdoc cref="ExplainAccountAsync(string, string, Scoring.Instant?, ExplainedModel, CancellationToken)"/>
    public Task<AccountExplanationView?> ExplainAccountAsync(
        string workspace, string id, Scoring.Instant? at, CancellationToken cancellationToken) =>
        ExplainAccountAsync(workspace, id, at, ExplainedModel.Active, cancellationToken);

    /// <summary>
    /// Null where the account does not exist, or did not exist then. A null instant means now; one before the last
    /// change of the account or of a contact counts what had been received by then, by whoever belonged to it then,
    /// and reads the whole journal.
    /// </summary>
    /// <exception cref="HistoryTooLongException">It takes more entries or contacts than are read for one question.</exception>
    public Task<AccountExplanationView?> ExplainAccountAsync(
        string workspace, string id, Scoring.Instant? at, ExplainedModel model, CancellationToken cancellationToken) =>
        ReadAsync(readers => readers.Accounts.ExplainAsync(workspace, id, at, model, cancellationToken));

    /// <summary>The account's contacts, highest total first; null where the account is not known.</summary>
    /// <exception cref="Ranking.PageTokenException">The token is not one of this list.</exception>
    public Task<AccountContactsPage?> ListAccountContactsAsync(
        string workspace, string id, int pageSize, string pageToken, CancellationToken cancellationToken) =>
        ReadAsync(readers => readers.Accounts.ListContactsAsync(workspace, id, pageSize, pageToken, cancellationToken));

    /// <summary>
    /// Changes, those of one contact or account in their order, each once for a token. Ends only by the token
    /// of cancellation.
    /// </summary>
    /// <param name="workspace">Whose grains.</param>
    /// <param name="filter">Which changes.</param>
    /// <param name="resumeToken">From an earlier notice; empty for from now on.</param>
    /// <param name="fromStart">Where there is no token: from the first change ever.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="Watching.ResumeTokenException">The token is not one of this store's.</exception>
    /// <exception cref="Watching.TooManyWatchersException">As many watch already as may.</exception>
    public IAsyncEnumerable<Watching.ChangeNotice> WatchChangesAsync(
        string workspace, Watching.ChangeFilter filter, string resumeToken, bool fromStart, CancellationToken cancellationToken) =>
        _watches.WatchAsync(workspace, filter, resumeToken, fromStart, cancellationToken);

    /// <summary>As <see cref="WatchChangesAsync"/>, for the server's own deliveries: however many others watch.</summary>
    public IAsyncEnumerable<Watching.ChangeNotice> FollowChangesAsync(
        string workspace, Watching.ChangeFilter filter, string resumeToken, CancellationToken cancellationToken) =>
        _watches.FollowAsync(workspace, filter, resumeToken, fromStart: false, cancellationToken);

    /// <summary>The resume token of now: whoever goes on with it gets everything that comes from here on.</summary>
    public async Task<string> TokenOfNowAsync(string workspace, CancellationToken cancellationToken)
    {
        await foreach (var notice in FollowChangesAsync(workspace, new Watching.ChangeFilter(), "", cancellationToken).ConfigureAwait(false))
            return notice.ResumeToken;
        throw new OperationCanceledException(cancellationToken);
    }

    /// <summary>Where to go on whose token is refused: where the journal ends, wherever it ends before that.</summary>
    public Task<string> TokenWithinAsync(string token, CancellationToken cancellationToken) => _watches.TokenWithinAsync(token, cancellationToken);

    /// <summary>A change by its name, as the journal has it; null where there is none, or nobody is to be told of it.</summary>
    public Watching.GrainChange? FindChange(string workspace, Watching.ChangeName name) => _watches.Find(workspace, name);

    /// <summary>The next of all contacts, in an order that never changes; null behind the last one.</summary>
    /// <param name="workspace">Whose.</param>
    /// <param name="resumeToken">From the page before; empty for the first.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Watching.ResumeTokenException">The token is none.</exception>
    public Task<GrainListPage<ContactView>?> ListContactsAsync(string workspace, string resumeToken, CancellationToken cancellationToken) =>
        ReadAsync(readers => readers.Lists.ContactsAsync(workspace, resumeToken, cancellationToken));

    /// <summary>The next of all accounts, in an order that never changes; null behind the last one.</summary>
    /// <inheritdoc cref="ListContactsAsync"/>
    public Task<GrainListPage<AccountView>?> ListAccountsAsync(string workspace, string resumeToken, CancellationToken cancellationToken) =>
        ReadAsync(readers => readers.Lists.AccountsAsync(workspace, resumeToken, cancellationToken));

    /// <summary>All signals that have been recorded by now, as they were received, each partition's in the order of the journal.</summary>
    /// <param name="workspace">Whose.</param>
    /// <param name="contact">Only those that were sent to it; empty for all.</param>
    /// <param name="resumeToken">From an earlier piece; empty for the beginning.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="Watching.ResumeTokenException">The token is not one of this store's.</exception>
    public IAsyncEnumerable<History.ScannedSignals> ScanSignalsAsync(string workspace, string contact, string resumeToken, CancellationToken cancellationToken) =>
        new History.SignalScan(_node.Journal).RunAsync(workspace, contact, resumeToken, cancellationToken);

    /// <summary>A page of the ranking, all at one instant.</summary>
    /// <exception cref="Ranking.PageTokenException">The token is not one of this query under this model.</exception>
    /// <exception cref="Ranking.UnknownFilterException">A trait of the filter has no ranking column.</exception>
    public Task<RankPage> RankAsync(
        string workspace, GrainKind kind, Ranking.RankFilter filter, Ranking.RankBy by, int pageSize, string pageToken,
        CancellationToken cancellationToken) =>
        ReadAsync(readers => readers.Ranking.RankAsync(workspace, kind, filter, by, pageSize, pageToken, cancellationToken));

    /// <summary>As <see cref="RankAsync"/>, by the shadow model.</summary>
    /// <exception cref="NoShadowException">There is none.</exception>
    public Task<RankPage> RankShadowAsync(
        string workspace, GrainKind kind, Ranking.RankFilter filter, Ranking.RankBy by, int pageSize, string pageToken,
        CancellationToken cancellationToken) =>
        _shadowReaders(workspace).Ranking.RankAsync(workspace, kind, filter, by, pageSize, pageToken, cancellationToken);

    // An answer that was put together while another model took over may hold figures of both.
    private async Task<T> ReadAsync<T>(Func<GrainReaders, Task<T>> read)
    {
        while (true)
        {
            var readers = _readers();
            try
            {
                var answer = await read(readers).ConfigureAwait(false);
                if (ReferenceEquals(readers, _readers()))
                    return answer;
            }
            catch (Ranking.UnknownFilterException) when (!ReferenceEquals(readers, _readers()))
            {
            }
        }
    }
}
