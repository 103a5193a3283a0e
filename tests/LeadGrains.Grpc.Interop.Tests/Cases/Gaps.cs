namespace LeadGrains.Grpc.Interop.Tests.Cases;

/// <summary>What a peer's library cannot do, so that a case is run without it.</summary>
[Flags]
internal enum Gaps
{
    None = 0,

    /// <summary>Its server cannot tell whether a request is compressed, so the probe is not refused.</summary>
    RefusedProbe = 1,

    /// <summary>Its server never compresses a response.</summary>
    CompressedResponses = 2,

    /// <summary>It takes the values of a -bin key in fields of their own only, and not in one with commas.</summary>
    JoinedBytes = 4,
}
