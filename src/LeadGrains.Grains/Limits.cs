namespace LeadGrains.Grains;

/// <summary>
/// Every bound on what comes in, in one place. Lengths are bytes of UTF-8. What is beyond a bound gets a clear answer:
/// a rejection of the item, or INVALID_ARGUMENT for the whole request. Control characters, spaces and anything else that is
/// valid UTF-8 is taken as it comes; only U+0000 is refused in named fields, since PostgreSQL's text cannot hold it.
/// </summary>
public static class Limits
{
    /// <summary>Signals in one request or stream message. More fail the whole message.</summary>
    public const int SignalsPerBatch = 10_000;

    /// <summary>Bytes of one signal as received, fields that we do not know included.</summary>
    public const int SignalBytes = 64 * 1024;

    /// <summary>A signal's `id`, the caller's idempotency key.</summary>
    public const int SignalIdBytes = 128;

    /// <summary>A signal's `source`.</summary>
    public const int SourceBytes = 64;

    /// <summary>A signal's `type`.</summary>
    public const int SignalTypeBytes = 64;

    /// <summary>`contact_id` and `account_id`, wherever they stand.</summary>
    public const int GrainIdBytes = 128;

    /// <summary>
    /// `email`: the longest that RFC 5321 allows (local part 64, @, domain 255). One that is no e-mail address is
    /// taken and finds no account: a typing error in an optional field must not lose what a person did.
    /// </summary>
    public const int EmailBytes = 320;

    /// <summary>Attributes of a signal. A name that comes twice counts twice.</summary>
    public const int AttributesPerSignal = 32;

    /// <summary>One attribute, name and value together.</summary>
    public const int AttributeBytes = 1_024;

    /// <summary>How far ahead of the server's clock `occurred_at` may lie, since clocks differ.</summary>
    public static readonly TimeSpan FutureTolerance = TimeSpan.FromMinutes(5);

    /// <summary>Items in one upsert request. More fail the whole request.</summary>
    public const int UpsertsPerRequest = 1_000;

    /// <summary>Traits of one contact or account, and changes of traits in one item.</summary>
    public const int TraitsPerGrain = 256;

    /// <summary>A trait's name.</summary>
    public const int TraitNameBytes = 128;

    /// <summary>One trait, name and value together; a list's elements all count.</summary>
    public const int TraitBytes = 1_024;

    /// <summary>Elements of a trait that is a list.</summary>
    public const int TraitListElements = 64;

    /// <summary>An account's `name`.</summary>
    public const int AccountNameBytes = 256;

    /// <summary>One of an account's `domains`, as given and in lower case: it stands for an account's id.</summary>
    public const int DomainBytes = GrainIdBytes;

    /// <summary>Domains that one account may hold, and domains in one item.</summary>
    public const int DomainsPerAccount = 1_000;

    /// <summary>Other names of a company that one account may have, beside its own, each of at most <see cref="AccountNameBytes"/>.</summary>
    public const int CompanyNamesPerAccount = 64;

    /// <summary>A workspace's name.</summary>
    public const int WorkspaceBytes = 128;

    /// <summary>Rows of a page, where the caller names none.</summary>
    public const int DefaultPageSize = 100;

    /// <summary>Rows of a page, at most.</summary>
    public const int PageSize = 1_000;

    /// <summary>A page token as we write them is shorter.</summary>
    public const int PageTokenBytes = 1_024;

    /// <summary>Streams that watch changes, of one server.</summary>
    public const int Watchers = 1_000;

    /// <summary>Those among them that are of one workspace.</summary>
    public const int WatchersOfWorkspace = Watchers / 10;

    /// <summary>Contacts and accounts, or stages, that one watcher can name.</summary>
    public const int WatchedNames = 1_000;

    /// <summary>A resume token as we write them is shorter, whatever the number of partitions.</summary>
    public const int ResumeTokenBytes = 64 * 1024;

    /// <summary>`published_by` of a model.</summary>
    public const int PublishedByBytes = 128;

    /// <summary>A model's `comment`.</summary>
    public const int CommentBytes = 1_024;

    /// <summary>
    /// Half-lives of groups in the models of all workspaces together, those of groups with negative points counted apart:
    /// every contact and every account has a number in memory for each, whatever workspace it is of.
    /// </summary>
    public const int DecayColumns = 256;

    /// <summary>Those among them that one workspace's own model may bring.</summary>
    public const int DecayColumnsOfWorkspace = DecayColumns / 4;

    /// <summary>Different `engaged_half_life` in the models of all workspaces together.</summary>
    public const int EngagedHalfLives = 16;

    /// <summary>Traits of contacts, and of accounts, that rankings can filter by in the models of all workspaces together.</summary>
    public const int FilterColumns = 128;

    /// <summary>Accepted values of all of a filter's conditions together.</summary>
    public const int FilterValues = 1_000;

    /// <summary>Bytes of one request message.</summary>
    public const int MessageBytes = 4 * 1024 * 1024;

    /// <summary>
    /// Bytes of one request, or one answer, between two nodes. It is more than <see cref="MessageBytes"/>: it may be about
    /// all contacts of a large account.
    /// </summary>
    public const int PeerMessageBytes = 64 * 1024 * 1024;

    /// <summary>
    /// At least this many of a grain's latest signals are remembered, so that a repeated one is known...
    /// </summary>
    public const int SeenSignals = 16_384;

    /// <summary>... if they were received in this time. Older ones are forgotten by whole chunks.</summary>
    public static readonly TimeSpan SeenAge = TimeSpan.FromDays(90);

    /// <summary>Other ids of one contact in one item: `aliases`.</summary>
    public const int AliasesPerItem = 16;

    /// <summary>Other ids that may lead to one contact. A merge that would make it more is refused.</summary>
    public const int MergedContactIds = 1_000;

    /// <summary>Signals of a merged contact that one entry takes over...</summary>
    public const int SignalsPerMergedPart = 1_000;

    /// <summary>... if they have no more bytes than this together. One signal always fits.</summary>
    public const int MergedPartBytes = 1024 * 1024;

    /// <summary>Remembered signals in one stored chunk. Never changes: chunks are stored.</summary>
    public const int SeenChunkSignals = 256;

    /// <summary>
    /// Accounts that named one account as their parent, of which its past is explained: each costs a reading of the
    /// journal. Beyond it the question is refused.
    /// </summary>
    public const int HistorySubsidiaries = 100;

    /// <summary>
    /// Entries of one grain that are read for one question about its past, each signal that a merge brought counted as
    /// one. Beyond it the question is refused.
    /// </summary>
    public const int HistoryEntries = 1_000_000;

    /// <summary>Contacts that are looked at for one question about an account's past. Beyond it the question is refused.</summary>
    public const int HistoryContacts = 100_000;

    /// <summary>E-mail addresses of one erased person that are looked for afterwards.</summary>
    public const int SearchedEmails = 1_000;

    /// <summary>People that are let go of in one pass through the journal, or some more.</summary>
    public const int LetGoAtOnce = 10_000;
}
