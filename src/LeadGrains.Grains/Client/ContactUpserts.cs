using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using LeadGrains.Grains.Codecs;
using LeadGrains.Grains.Erasing;
using LeadGrains.Grains.Merges;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;

namespace LeadGrains.Grains;

/// <summary>Upserts contacts, then merges the ids that are named as their aliases into them.</summary>
internal sealed class ContactUpserts(NodeContext node, Lanes lanes, MergeDesk merges)
{
    private const int MergesAtOnce = 8;

    private readonly ContactResolver _resolver = new(lanes);

    public async Task<UpsertOutcome> RunAsync(
        string workspace, IReadOnlyList<ContactUpsert> items, AckLevel ack, CancellationToken cancellationToken)
    {
        var entries = items.Select(item => GrainEntry.For(
            new GrainKey(workspace, GrainKind.Contact, item.Id), node.Router.PartitionCount, EntryBodies.Of(item)));
        var (outcomes, failure) = await lanes.TryAppendAsync(workspace, [.. entries], ack).ConfigureAwait(false);
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
        List<Rejection> rejections = [.. items.Zip(outcomes).Where(one => one.Second != AppendOutcome.Applied).Select(one => RejectionOf(one.First, one.Second))];
        var applied = items.Where((_, index) => outcomes[index] == AppendOutcome.Applied);
        rejections.AddRange(await MergeAsync(workspace, applied, cancellationToken).ConfigureAwait(false));
        return UpsertOutcomes.Of(items.Count - rejections.Count, rejections);
    }

    private static Rejection RejectionOf(ContactUpsert item, AppendOutcome outcome) =>
        outcome == AppendOutcome.Erased ? ErasedContact.Rejection(item.Index) : UpsertOutcomes.TooManyTraits(item.Index);

    // Most callers name the same aliases again and again, so those that lead there already cost one look;
    // but one whose merge an earlier attempt has only begun is waited for, as by whoever asks for the merge again.
    private async Task<IReadOnlyCollection<Rejection>> MergeAsync(
        string workspace, IEnumerable<ContactUpsert> items, CancellationToken cancellationToken)
    {
        var named = items.Where(item => item.Aliases.Count > 0).ToList();
        if (named.Count == 0)
            return [];
        var found = await _resolver.ResolveAsync(workspace, named.SelectMany(item => item.Aliases.Append(item.Id))).ConfigureAwait(false);
        var rejections = new ConcurrentBag<Rejection>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = MergesAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(named, options, async (item, cancelled) =>
        {
            var others = item.Aliases.Distinct().Where(alias => alias != item.Id && (found[alias].IsPending || found[alias].Id != found[item.Id].Id));
            if (await TryMergeAsync(workspace, item, others, cancelled).ConfigureAwait(false) is { } rejection)
                rejections.Add(rejection);
        }).ConfigureAwait(false);
        return rejections;
    }

    private async Task<Rejection?> TryMergeAsync(
        string workspace, ContactUpsert item, IEnumerable<string> aliases, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var alias in aliases)
                await merges.MergeAsync(new MergeAsked(workspace, alias, item.Id, item.MergesStrangersOnly), cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (MergeRefusedException refused)
        {
            return new Rejection(item.Index, RejectionReason.InvalidValue, "aliases", $"aliases cannot be merged: {refused.Why}. All else of this item was recorded.");
        }
    }
}
