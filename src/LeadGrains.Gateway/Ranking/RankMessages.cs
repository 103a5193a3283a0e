using LeadGrains.Gateway.Values;
using LeadGrains.Grains;

namespace LeadGrains.Gateway.Ranking;

/// <summary>Ranked answers on the wire.</summary>
internal static class RankMessages
{
    public static V1.RankAccountsResponse WriteAccounts(RankPage page)
    {
        var message = new V1.RankAccountsResponse
        {
            NextPageToken = page.NextPageToken,
            Matching = page.Matching,
            AsOf = Timestamps.Write(page.AsOf),
            MatchingAsOf = Timestamps.Write(page.MatchingAsOf),
        };
        message.Accounts.AddRange(page.Grains.Select(WriteAccount));
        message.MissingPartitions.AddRange(page.MissingPartitions.Select(partition => (uint)partition));
        return message;
    }

    public static V1.RankContactsResponse WriteContacts(RankPage page)
    {
        var message = new V1.RankContactsResponse
        {
            NextPageToken = page.NextPageToken,
            Matching = page.Matching,
            AsOf = Timestamps.Write(page.AsOf),
            MatchingAsOf = Timestamps.Write(page.MatchingAsOf),
        };
        message.Contacts.AddRange(page.Grains.Select(WriteContact));
        message.MissingPartitions.AddRange(page.MissingPartitions.Select(partition => (uint)partition));
        return message;
    }

    private static V1.RankedAccount WriteAccount(RankedGrain grain) => new()
    {
        Rank = grain.Rank,
        AccountId = grain.Id,
        Name = grain.Name,
        Score = ScoreMessages.Write(grain.Score),
        EngagedContacts = grain.EngagedContacts,
        LastSignalAt = Timestamps.Write(grain.LastSignalAt),
        Surging = grain.Surging,
        Dormant = grain.Dormant,
    };

    private static V1.RankedContact WriteContact(RankedGrain grain) => new()
    {
        Rank = grain.Rank,
        ContactId = grain.Id,
        AccountId = grain.AccountId,
        Score = ScoreMessages.Write(grain.Score),
        LastSignalAt = Timestamps.Write(grain.LastSignalAt),
        Dormant = grain.Dormant,
    };
}
