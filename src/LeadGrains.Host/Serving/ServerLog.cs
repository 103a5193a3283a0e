namespace LeadGrains.Host.Serving;

/// <summary>What the server logs of its own life.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(1, LogLevel.Information, "Serving {Data} under model version {ModelVersion}: {Where}")]
    public static partial void Serving(ILogger log, string data, uint modelVersion, string where);

    [LoggerMessage(2, LogLevel.Warning, "A crash left commit {Commit} unfinished; it was cut off segment {Segment} at offset {Offset}")]
    public static partial void TornTailCut(ILogger log, long commit, long segment, long offset);

    [LoggerMessage(3, LogLevel.Information, "Draining")]
    public static partial void Draining(ILogger log);

    [LoggerMessage(4, LogLevel.Information, "Stopped after {Elapsed}")]
    public static partial void Stopped(ILogger log, TimeSpan elapsed);

    [LoggerMessage(5, LogLevel.Warning, "Calls were still under way after {Elapsed} and have been cut off")]
    public static partial void CallsCutOff(ILogger log, TimeSpan elapsed);

    [LoggerMessage(6, LogLevel.Error, "Rows were still being written after {Elapsed}. The journal holds everything; the next start replays it")]
    public static partial void CheckpointCutOff(ILogger log, TimeSpan elapsed);

    [LoggerMessage(7, LogLevel.Critical, "A partition stopped. The process ends; the next start recovers from the journal")]
    public static partial void EngineFaulted(ILogger log, Exception failure);

    [LoggerMessage(8, LogLevel.Error, "The server did not stop as it should")]
    public static partial void StopFailed(ILogger log, Exception failure);

    [LoggerMessage(9, LogLevel.Warning, "The certificate {Path} holds from {NotBefore} to {NotAfter}, and not now: clients will refuse it")]
    public static partial void CertificateNotValid(ILogger log, string path, DateTimeOffset notBefore, DateTimeOffset notAfter);

    [LoggerMessage(10, LogLevel.Warning, "No endpoint of the settings serves plain gRPC, only gRPC-Web: without TLS, gRPC wants an endpoint of its own with Protocols: Http2")]
    public static partial void NoGrpc(ILogger log);

    [LoggerMessage(11, LogLevel.Information, "Rescoring under the model that was given: {Replayed} of {Total} journal entries")]
    public static partial void Rescoring(ILogger log, long replayed, long total);

    [LoggerMessage(13, LogLevel.Error, "{What}")]
    public static partial void FailedUnseen(ILogger log, string what, Exception reason);

    [LoggerMessage(12, LogLevel.Information, "Model version {Version} is active now: {Entries} journal entries were applied under it in {Elapsed}")]
    public static partial void Published(ILogger log, uint version, long entries, TimeSpan elapsed);

    [LoggerMessage(14, LogLevel.Information, "{What}")]
    public static partial void PartitionsMoved(ILogger log, string what);

    [LoggerMessage(15, LogLevel.Information, "Node {Node} has joined the cluster at {Address}")]
    public static partial void Joined(ILogger log, string node, string address);

    [LoggerMessage(16, LogLevel.Error, "The node is no longer in the cluster, and joins again: {Reason}")]
    public static partial void NodeLost(ILogger log, string reason);

    [LoggerMessage(18, LogLevel.Warning, "There are no keys, and --insecure was said: whoever reaches {Address} may read and write everything")]
    public static partial void OpenToAll(ILogger log, string address);

    [LoggerMessage(19, LogLevel.Information, "Let go of what is too old in {Elapsed}: {Signals} signals and {Contacts} people; {Rewritten} pieces of the journal were written anew")]
    public static partial void LetGo(ILogger log, long signals, long contacts, long rewritten, TimeSpan elapsed);

    [LoggerMessage(22, LogLevel.Information, "{What}")]
    public static partial void LetsGo(ILogger log, string what);

    [LoggerMessage(20, LogLevel.Warning, "{What}")]
    public static partial void RescoreLoses(ILogger log, string what);

    [LoggerMessage(17, LogLevel.Warning, "{What}")]
    public static partial void PeersChanged(ILogger log, string what);

    [LoggerMessage(21, LogLevel.Warning, "{Address} has {Count} connections open, and gets no more: --connections-per-address says how many it may have")]
    public static partial void TooManyConnections(ILogger log, System.Net.IPAddress address, int count);
}
