namespace LeadGrains.Grains.Partitions;

/// <summary>Posts to lanes that may lead nowhere.</summary>
internal static class RouterPosts
{
    /// <summary>As <see cref="IPartitionRouter.TryPost"/>; where no owner is known the request ends at once, undone.</summary>
    public static bool TrySend(this IPartitionRouter router, int lane, PartitionRequest request)
    {
        if (lane >= 0)
            return router.TryPost(lane, request);
        request.Fail(new PartitionMovedException());
        return true;
    }
}
