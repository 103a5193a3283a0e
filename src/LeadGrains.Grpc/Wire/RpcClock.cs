namespace Grpc.Wire;

/// <summary>The clock by which deadlines, which are wall-clock instants, become timeouts and back.</summary>
internal static class RpcClock
{
#pragma warning disable RS0030 // The official packages' options have no place for a clock, and callers must not depend on one.
    public static readonly TimeProvider Default = TimeProvider.System;
#pragma warning restore RS0030
}
