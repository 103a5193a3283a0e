using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Grains.Following;

/// <summary>
/// A follower takes the place of the loops that serve. These finish what is under way and take nothing new; what waits
/// for them goes on to their successors, so that callers see a short pause and no failure. The store decides: before
/// its step everything goes on as before, after it the other model is the active one, whatever happens.
/// </summary>
internal sealed class Switchover(NodeParts parts, LoopGroup served, Follower follower)
{
    /// <summary>Gets everything ready, up to and with the store's step.</summary>
    /// <param name="model">The model, with how it is made active.</param>
    /// <param name="isNew">The store does not have it.</param>
    /// <exception cref="GrainException">It came to nothing; the loops that served go on.</exception>
    public async Task CommitAsync(StoredModel model, bool isNew)
    {
        try
        {
            await served.RestAsync(isHeld: true).ConfigureAwait(false);
            await follower.KeepUpAsync(CancellationToken.None).ConfigureAwait(false);
            await follower.Loops.RestAsync(isHeld: true).ConfigureAwait(false);
            RequireWhole();
            await parts.Store.ActivateAsync(
                new ModelActivation
                {
                    Active = new ActiveModel(model.Version, [.. follower.Positions]),
                    Added = isNew ? model : null,
                    Again = isNew ? null : model.Activated,
                    Generation = follower.Generation,
                },
                CancellationToken.None).ConfigureAwait(false);
        }
        catch
        {
            served.GoOn();
            throw;
        }
    }

    // What the loops that served journal after the last look would be missing under the other model.
    private void RequireWhole()
    {
        for (var partition = 0; partition < parts.Journal.PartitionCount; partition++)
        {
            if (parts.Journal.LastSequence(partition) != follower.Positions[partition])
                throw new PartitionUnavailableException("Something was journalled while the models changed places. Nothing was published; try again.");
        }
    }

    /// <summary>Hands over to the follower's loops.</summary>
    /// <param name="isSilent">What the model makes due is not announced.</param>
    /// <param name="taken">Told when the new loops are the node's, before they answer anything.</param>
    public async Task HandOverAsync(bool isSilent, Action<LoopGroup> taken)
    {
        var context = follower.Loops.Context;
        context.ActiveAfter = [.. follower.Positions];
        context.StartedAt = context.Now();
        context.IsSilent = isSilent;
        context.Former = served.Context.Served.Set;
        await follower.TellAsync(static loop => loop.Names.StateEverything()).ConfigureAwait(false);
        await follower.TellAsync(LoopDuties.Serve).ConfigureAwait(false);
        for (var lane = 0; lane < served.LaneCount; lane++)
            served.Loops[lane].Queue.GoOnIn(follower.Loops.Loops[lane].Queue);
        follower.Keep();
        taken(follower.Loops);
        context.Router = served.Context.Router;
        follower.Loops.GoOn();
    }
}
