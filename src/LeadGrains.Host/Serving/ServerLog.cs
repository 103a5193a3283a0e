using System.Net;

namespace LeadGrains.Host.Serving;

/// <summary>What the server logs of its own life.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(1, LogLevel.Information, "Serving {Data} under model version {ModelVersion}: gRPC on {Grpc}, HTTP on {Http}")]
    public static partial void Serving(ILogger log, string data, uint modelVersion, IPEndPoint grpc, IPEndPoint http);

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
}
