using LeadGrains.Grains.Accounts;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Requests;

/// <param name="View">The account.</param>
/// <param name="IsKnown">It exists: it has an entry of its own or a contribution.</param>
/// <param name="ClaimedBy">Who holds the domain that it is named as; empty where nobody does.</param>
/// <param name="IsEarly">The instant asked for lies before the account's last entry, or before some contact may have come, changed or left.</param>
/// <param name="Contributors">As many as were asked for.</param>
/// <param name="OwnParts">Where asked for: fit, and what signals about the account itself and its subsidiaries brought.</param>
internal sealed record AccountAnswer(
    AccountView View, bool IsKnown, string ClaimedBy, bool IsEarly, Contributors Contributors,
    IReadOnlyList<ScorePart> OwnParts)
{
    /// <summary>What is to be said of an account whose columns are up to date.</summary>
    public static AccountAnswer Of(Partition partition, AccountGrain account, Viewpoint from, int contributors, bool explain)
    {
        var slot = account.Slot;
        var columns = partition.Accounts.Columns;
        var score = columns.ScoreAt(slot, from.At);
        var view = new AccountView(
            partition.IdOf(GrainKind.Account, slot),
            partition.NameOf(slot),
            [.. account.Domains],
            new Dictionary<string, TraitValue>(account.Traits, StringComparer.Ordinal),
            ScoreViews.Of(score, from.At, from.ModelVersion),
            (uint)columns.ContactCount[slot],
            score.Engaged,
            columns.LastSignalAt(slot),
            Disqualified: account.Disqualifier is not null,
            DisqualifiedReason: account.Disqualifier?.Reason ?? "")
        {
            BuyingGroup = from.Model.BuyingGroup.IsEmpty ? null : partition.Contributions.BuyingGroupOf(slot, from.At),
            Surging = score.IsSurging,
            Dormant = score.IsDormant,
            WokeUpAt = account.WokeUpAt == Instant.Min ? null : account.WokeUpAt,
            CompanyNames = [.. account.CompanyNames],
            ParentAccountId = account.ParentId,
        };
        return new AccountAnswer(
            view,
            columns.Has(slot, RankFlags.Known),
            account.ClaimedBy,
            IsEarly: false,
            contributors > 0 ? Contributors.Of(partition, slot, from.At, contributors) : Contributors.None,
            explain
                ? [.. AccountExplanation.OfOwn(from.Model, account.Traits, account.Intent, from.At, account.DuplicateCount), .. partition.Parents.Subsidiaries.Explain(slot, from.At)]
                : []);
    }
}
