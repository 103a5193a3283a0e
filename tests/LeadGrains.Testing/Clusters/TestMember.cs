using LeadGrains.Grains;

namespace LeadGrains.Testing;

/// <summary>A node of a cluster in one process.</summary>
internal sealed class TestMember(int index, GrainNode node, TestNode asked) : INetworkEnd
{
    private readonly TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Index => index;

    public GrainNode Node => node;

    public TestNode Asked => asked;

    public bool IsAlive => !_died.Task.IsCompleted;

    public Task Died => _died.Task;

    public void Die() => _died.TrySetResult();

    public Task RunsAsync() => Task.CompletedTask;

    public Task<ReadOnlyMemory<byte>> AskAsync(ReadOnlyMemory<byte> request) => node.AskAsync(request, CancellationToken.None);
}
