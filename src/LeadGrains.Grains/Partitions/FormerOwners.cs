namespace LeadGrains.Grains.Partitions;

/// <summary>Who drove partitions before they came here: nothing that they told and that is still on its way is taken any more.</summary>
internal static class FormerOwners
{
    /// <param name="group">The loops of this node.</param>
    /// <param name="owned">The partitions that come.</param>
    /// <param name="adopted">The same, not yet driven by any loop.</param>
    public static async Task ForgetAsync(LoopGroup group, IReadOnlyList<OwnedPartition> owned, IReadOnlyList<Partition> adopted)
    {
        foreach (var loop in group.Loops)
        {
            await group.TellAsync(loop, driving =>
            {
                foreach (var partition in driving.Partitions)
                    partition.Heard.TakeOver(owned);
            }).ConfigureAwait(false);
        }

        var driven = group.Shares.SelectMany(share => share).Concat(owned).ToList();
        foreach (var partition in adopted)
            partition.Heard.TakeOver(driven);
    }
}
