namespace LeadGrains.Grpc.Interop.Tests.Wire;

/// <summary>What passed on the wire for one call.</summary>
internal sealed class TappedCall
{
    public MessageFlags Requests { get; } = new();

    public MessageFlags Responses { get; } = new();
}
