using System.Globalization;
using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Writes the end of a call into trailers, or into the headers of an answer without a message.</summary>
internal static class StatusHeaders
{
    private static readonly StringValues[] Codes =
        [.. Enum.GetValues<StatusCode>().Select(code => new StringValues(((int)code).ToString(CultureInfo.InvariantCulture)))];

    public static void Write(IHeaderDictionary headers, Status status)
    {
        var code = (int)status.StatusCode;
        headers.GrpcStatus = (uint)code < (uint)Codes.Length ? Codes[code] : Codes[(int)StatusCode.Unknown];
        if (!string.IsNullOrEmpty(status.Detail))
            headers.GrpcMessage = PercentEncoding.Encode(status.Detail);
    }

    public static void Write(IHeaderDictionary headers, Metadata metadata)
    {
        foreach (var entry in metadata)
        {
            if (!ProtocolNames.IsOwn(entry.Key))
                headers.Append(entry.Key, MetadataWire.Send(entry));
        }
    }
}
