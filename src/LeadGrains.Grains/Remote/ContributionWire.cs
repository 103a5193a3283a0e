using Google.Protobuf;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Residents;
using LeadGrains.Grains.Rollup;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Remote;

/// <summary>Contributions between nodes, column by column, so that thousands take no object each.</summary>
internal static class ContributionWire
{
    public static DeliveryRequest Of(ContributionBatch batch, uint modelVersion, WorkspaceCodes workspaces)
    {
        var request = new DeliveryRequest { ModelVersion = modelVersion };
        foreach (var landmark in batch.Landmarks)
            request.Landmarks.Add(landmark.Index);
        var places = new Dictionary<ushort, uint>();
        using var ids = new PooledList<byte>();
        for (var i = 0; i < batch.Count; i++)
        {
            if (!places.TryGetValue(batch.WorkspaceOf(i), out var workspace))
            {
                places.Add(batch.WorkspaceOf(i), workspace = (uint)places.Count);
                request.Workspaces.Add(KeyWire.NameOf(workspaces.NameOf(batch.WorkspaceOf(i))));
            }

            request.Workspace.Add(workspace);
            AddKeys(request, batch, i, ids);
            Add(request, batch[i]);
        }

        request.Ids = ByteString.CopyFrom(ids.Items);
        return request;
    }

    /// <summary>The contributions again, each into the batch that is chosen for it.</summary>
    /// <param name="request">What came.</param>
    /// <param name="workspaces">Of this node.</param>
    /// <param name="partitions">Of the store.</param>
    /// <param name="choose">The batch for an account's partition, told the place in the request; null where it is refused.</param>
    /// <exception cref="InvalidDataException">Its columns do not fit each other.</exception>
    public static void Read(DeliveryRequest request, WorkspaceCodes workspaces, int partitions, Func<int, int, ContributionBatch?> choose)
    {
        Check(request, partitions);
        var codes = request.Workspaces.Select(name => workspaces.CodeOf(KeyWire.FromName(name))).ToArray();
        var reader = new Reader(request);
        for (var i = 0; i < request.Version.Count; i++)
        {
            var batch = choose(i, KeyHash.PartitionOf(request.AccountHash[i], partitions));
            var contribution = reader.Next(i, out var accountId, out var contactId);
            batch?.Add(contribution, request.AccountHash[i], codes[request.Workspace[i]], accountId, request.ContactHash[i], contactId);
        }
    }

    /// <summary>What the sums are relative to.</summary>
    public static Landmark[] LandmarksOf(DeliveryRequest request) => [.. request.Landmarks.Select(index => new Landmark(index))];

    private static void AddKeys(DeliveryRequest request, ContributionBatch batch, int index, PooledList<byte> ids)
    {
        var account = batch.AccountIdOf(index);
        var contact = batch.ContactIdOf(index);
        request.ContactHash.Add(batch.ContactHashOf(index));
        request.ContactIdBytes.Add((uint)contact.Length);
        request.AccountHash.Add(batch.AccountHashOf(index));
        request.AccountIdBytes.Add((uint)account.Length);
        ids.Add(account);
        ids.Add(contact);
    }

    private static void Add(DeliveryRequest request, in Contribution contribution)
    {
        request.ContactPartition.Add((uint)contribution.Contact.Partition);
        request.Version.Add((ulong)contribution.Version);
        request.Flags.Add((uint)contribution.Flags);
        request.Weight.Add(contribution.Weight);
        request.Role.Add(contribution.Role);
        request.LastSignalTicks.Add(contribution.LastSignalAt.Ticks);
        request.EngagedTicks.Add(contribution.EngagedAt.Ticks);
        request.RunBeganTicks.Add(contribution.Run.BeganAt.Ticks);
        request.DormantSinceTicks.Add(contribution.Run.DormantSince.Ticks);
        request.NewestDay.Add(contribution.Velocity.NewestDay);
        request.DayMask.Add(contribution.IsWithdrawn ? 0 : DaysWire.Add(contribution.Velocity, request.Days));
        if (contribution.IsWithdrawn)
            return;
        foreach (var sum in contribution.Sums)
            request.Sums.Add(sum);
    }

    private static void Check(DeliveryRequest request, int partitions)
    {
        var count = request.Version.Count;
        ReadOnlySpan<int> columns =
        [
            request.Workspace.Count, request.ContactPartition.Count, request.ContactHash.Count, request.ContactIdBytes.Count,
            request.AccountHash.Count, request.AccountIdBytes.Count, request.Flags.Count, request.Weight.Count, request.Role.Count,
            request.LastSignalTicks.Count, request.EngagedTicks.Count, request.RunBeganTicks.Count, request.DormantSinceTicks.Count,
            request.NewestDay.Count, request.DayMask.Count,
        ];
        var sums = (long)request.Landmarks.Count * request.Flags.Count(flags => ((ContributionFlags)flags & ContributionFlags.Withdrawn) == ContributionFlags.None);
        var ids = request.AccountIdBytes.Concat(request.ContactIdBytes).ToList();
        if (columns.ContainsAnyExcept(count) || request.Sums.Count != sums || request.Days.Count != request.DayMask.Sum(mask => (long)uint.PopCount(mask))
            || request.Ids.Length != ids.Sum(bytes => (long)bytes) || ids.Exists(bytes => bytes is 0 or > IdArena.MaxIdBytes)
            || request.DayMask.Any(mask => mask >= 1u << Velocity.Days) || request.Workspace.Any(place => place >= request.Workspaces.Count)
            || request.ContactPartition.Any(partition => partition >= partitions))
        {
            throw new InvalidDataException("Contributions of another node do not fit together.");
        }
    }

    private ref struct Reader(DeliveryRequest request)
    {
        private readonly double[] _sums = [.. request.Sums];
        private readonly float[] _days = [.. request.Days];
        private ReadOnlySpan<byte> _ids = request.Ids.Span;
        private int _sum;
        private int _day;

        public Contribution Next(int index, out ReadOnlySpan<byte> accountId, out ReadOnlySpan<byte> contactId)
        {
            accountId = Take((int)request.AccountIdBytes[index]);
            contactId = Take((int)request.ContactIdBytes[index]);
            var flags = (ContributionFlags)request.Flags[index];
            var withdrawn = (flags & ContributionFlags.Withdrawn) != ContributionFlags.None;
            var mask = (int)request.DayMask[index];
            var contribution = new Contribution
            {
                // Whoever keeps the contact finds its slot by its key.
                Contact = new KeyPlace((int)request.ContactPartition[index], -1),
                Version = (long)request.Version[index],
                Flags = flags,
                Weight = request.Weight[index],
                Role = (byte)request.Role[index],
                Sums = withdrawn ? default : _sums.AsSpan(_sum, request.Landmarks.Count),
                LastSignalAt = new Instant(request.LastSignalTicks[index]),
                EngagedAt = new Instant(request.EngagedTicks[index]),
                Run = new ActivityRun(new Instant(request.RunBeganTicks[index]), new Instant(request.DormantSinceTicks[index])),
                Velocity = VelocityDays.Unpack(request.NewestDay[index], mask, _days.AsSpan(_day)),
            };
            _sum += withdrawn ? 0 : request.Landmarks.Count;
            _day += int.PopCount(mask);
            return contribution;
        }

        private ReadOnlySpan<byte> Take(int bytes)
        {
            var taken = _ids[..bytes];
            _ids = _ids[bytes..];
            return taken;
        }
    }
}
