using LeadGrains.Grains;

namespace LeadGrains.Testing;

/// <summary>A node of a cluster in one process.</summary>
internal sealed class TestMember(TestCluster cluster, int index, GrainNode node, TestNode asked)
{
    public TestCluster Cluster => cluster;

    public int Index => index;

    public GrainNode Node => node;

    public TestNode Asked => asked;

    public bool IsAlive { get; set; } = true;
}
