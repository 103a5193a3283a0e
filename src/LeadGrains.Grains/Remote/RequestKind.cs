namespace LeadGrains.Grains.Remote;

/// <summary>What a request is on the way between nodes: its first byte. Never renumbered.</summary>
internal enum RequestKind : byte
{
    /// <summary>It does not travel.</summary>
    None = 0,

    /// <summary>cluster.v1.SignalsRequest.</summary>
    RecordSignals = 1,

    /// <summary>cluster.v1.EntriesRequest.</summary>
    AppendEntries = 2,

    /// <summary>cluster.v1.ContactsRequest.</summary>
    ReadContacts = 3,

    /// <summary>cluster.v1.KeysRequest.</summary>
    FindContacts = 4,

    /// <summary>cluster.v1.KeysRequest.</summary>
    ReadClaims = 5,

    /// <summary>cluster.v1.KeysRequest.</summary>
    FindHistories = 6,

    /// <summary>cluster.v1.ScoresRequest.</summary>
    ScoreContacts = 7,

    /// <summary>cluster.v1.AccountsRequest.</summary>
    ReadAccounts = 8,

    /// <summary>cluster.v1.RankRequest.</summary>
    RankGrains = 9,

    /// <summary>cluster.v1.MergeRequest.</summary>
    MergeContacts = 10,

    /// <summary>cluster.v1.StartedMergesRequest.</summary>
    FindMerges = 11,

    /// <summary>cluster.v1.ReportMergesRequest.</summary>
    ReportMerges = 12,

    /// <summary>cluster.v1.EraseRequest.</summary>
    EraseContact = 13,

    /// <summary>cluster.v1.ListRequest.</summary>
    ListGrains = 14,

    /// <summary>cluster.v1.DeliveryRequest.</summary>
    Deliver = 32,

    /// <summary>cluster.v1.SubscriptionRequest.</summary>
    Subscribe = 33,

    /// <summary>cluster.v1.SharesRequest.</summary>
    Share = 34,

    /// <summary>cluster.v1.StatementsRequest.</summary>
    StateNames = 35,

    /// <summary>cluster.v1.QuestionsRequest.</summary>
    SeekAccounts = 36,

    /// <summary>cluster.v1.FollowNameRequest.</summary>
    FollowName = 37,

    /// <summary>cluster.v1.FollowClaimRequest.</summary>
    FollowClaim = 38,

    /// <summary>The span of a sampled call stands before a request of another kind: see <see cref="TracedRequest"/>.</summary>
    Traced = 64,
}
