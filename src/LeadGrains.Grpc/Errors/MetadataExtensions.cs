using Google.Protobuf;

namespace Grpc.Core;

/// <summary>The rich error model: a <c>google.rpc.Status</c> with typed details in the trailers of a call.</summary>
public static class MetadataExtensions
{
    /// <summary>The trailer that holds the serialized status.</summary>
    public const string StatusDetailsTrailerName = "grpc-status-details-bin";

    /// <summary>The status in the metadata; null if there is none.</summary>
    /// <param name="metadata">Trailers of a call.</param>
    /// <param name="ignoreParseError">True to take bytes that are no status for none.</param>
    /// <exception cref="InvalidProtocolBufferException">The bytes are no status.</exception>
    public static Google.Rpc.Status? GetRpcStatus(this Metadata metadata, bool ignoreParseError = false)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        if (metadata.GetValueBytes(StatusDetailsTrailerName) is not { } bytes)
            return null;
        try
        {
            return Google.Rpc.Status.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException) when (ignoreParseError)
        {
            return null;
        }
    }

    /// <summary>Puts a status into the metadata, in the place of any that is there.</summary>
    public static void SetRpcStatus(this Metadata metadata, Google.Rpc.Status status)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(status);
        while (metadata.Get(StatusDetailsTrailerName) is { } former)
            metadata.Remove(former);
        metadata.Add(StatusDetailsTrailerName, status.ToByteArray());
    }
}
