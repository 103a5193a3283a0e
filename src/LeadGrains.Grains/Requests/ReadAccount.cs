using LeadGrains.Grains.Accounts;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Rollup;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Requests;

/// <summary>
/// An account with its own state and who contributes to it; null where the key has no slot. A null instant means now.
/// </summary>
internal sealed class ReadAccount(GrainKey key, Instant? at, bool listContributors) : PartitionRequest
{
    private readonly TaskCompletionSource<AccountAnswer?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (Partition Partition, int Slot) _place;

    public Task<AccountAnswer?> Done => _done.Task;

    internal override int Weight => 1;

    internal override void Sequence(PartitionLoop loop, Turn turn)
    {
        _place = loop.Map.Find(key);
        if (_place.Slot >= 0)
            turn.Want(_place.Partition, GrainKind.Account, _place.Slot);
    }

    internal override void Apply(PartitionLoop loop)
    {
        loop.Settle();
        var (partition, slot) = _place;
        _done.TrySetResult(slot >= 0 && partition.Accounts.Find(slot) is { } account ? Answer(loop, partition, account) : null);
    }

    internal override void Fail(Exception failure) => _done.TrySetException(failure);

    private AccountAnswer Answer(PartitionLoop loop, Partition partition, AccountGrain account)
    {
        var now = at ?? loop.Node.Now();
        var slot = account.Slot;
        var columns = partition.Accounts.Columns;
        var score = columns.ScoreAt(slot, now);
        var view = new AccountView(
            partition.IdOf(GrainKind.Account, slot),
            partition.NameOf(slot),
            [.. account.Domains],
            new Dictionary<string, TraitValue>(account.Traits, StringComparer.Ordinal),
            ScoreViews.Of(score, now, loop.Node.ModelVersion),
            (uint)columns.ContactCount[slot],
            score.Engaged,
            columns.LastSignalAt(slot),
            Disqualified: account.Disqualifier is not null,
            DisqualifiedReason: account.Disqualifier?.Reason ?? "");
        return new AccountAnswer(
            view,
            columns.Has(slot, RankFlags.Known),
            account.ClaimedBy,
            at is { } instant && instant < account.LastReceivedAt,
            listContributors ? Contributors(partition, slot, now) : [],
            AccountExplanation.OfOwn(loop.Node.Model, account.Traits, account.Intent, now));
    }

    private static List<Contributor> Contributors(Partition partition, int accountSlot, Instant now)
    {
        var columns = partition.Accounts.Columns;
        var factors = columns.Sums.FactorsAt(now);
        var contributors = new List<Contributor>(partition.Contributions.CountOf(accountSlot));
        var keys = partition.ContributorsOf(accountSlot);
        var next = 0;
        for (var slot = partition.Contributions.FirstOf(accountSlot); slot >= 0; slot = partition.Contributions.NextOf(slot))
        {
            var contribution = partition.Contributions[slot];
            var contact = keys[next++];
            if (contribution.Has(ContributionFlags.Disqualified))
                continue;
            double points = 0;
            for (var c = 0; c < factors.Length; c++)
                points += contribution.Sums[c] * factors[c];
            contributors.Add(new Contributor(contact, contribution.Weight, points));
        }

        return contributors;
    }
}

/// <param name="View">The account.</param>
/// <param name="IsKnown">It exists: it has an entry of its own or a contribution.</param>
/// <param name="ClaimedBy">Who holds the domain that it is named as; empty where nobody does.</param>
/// <param name="IsEarly">The instant asked for lies before the account's last entry.</param>
/// <param name="Contributors">Where asked for.</param>
/// <param name="OwnParts">Fit, and what signals about the account itself brought.</param>
internal sealed record AccountAnswer(
    AccountView View, bool IsKnown, string ClaimedBy, bool IsEarly, IReadOnlyList<Contributor> Contributors,
    IReadOnlyList<ScorePart> OwnParts);

/// <param name="Contact">Who.</param>
/// <param name="Weight">The weight of the contact's role.</param>
/// <param name="Points">Its intent points at the instant, without the weight.</param>
internal readonly record struct Contributor(GrainKey Contact, double Weight, double Points);
