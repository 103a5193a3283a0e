using LeadGrains.Cluster.Solo;

namespace LeadGrains.Cluster.Tests.Solo;

public sealed class SoloOwnershipTests
{
    [Fact]
    public void Owned_WhenThereIsOneNode_IsEveryPartitionInOneEpoch()
    {
        var owned = new SoloOwnership(16).Owned;

        Assert.Equal(Enumerable.Range(0, 16), owned.Select(partition => partition.Partition));
        Assert.Single(owned.Select(partition => partition.Epoch).Distinct());
    }
}
