using System.Globalization;
using System.Text;
using LeadGrains.Gateway.Calls;
using LeadGrains.Grains;

namespace LeadGrains.Gateway.Checks;

/// <summary>Checks of a whole request. What fails ends the call with INVALID_ARGUMENT.</summary>
internal static class RequestChecks
{
    /// <summary>The id of what the request asks for.</summary>
    public static string Id(string field, string id) =>
        FieldChecks.Id(field, id) is { } fault ? throw fault.ForRequest() : id;

    /// <summary>How many rows a page holds.</summary>
    public static int PageSize(int pageSize) => pageSize switch
    {
        0 => Limits.DefaultPageSize,
        >= 1 and <= Limits.PageSize => pageSize,
        _ => throw Faults.Invalid("page_size", string.Create(
            CultureInfo.InvariantCulture, $"page_size {pageSize} must be 1 to {Limits.PageSize:N0}, or 0 for {Limits.DefaultPageSize}")),
    };

    /// <summary>A token that could be one of ours.</summary>
    public static string PageToken(string pageToken) => Encoding.UTF8.GetByteCount(pageToken) <= Limits.PageTokenBytes
        ? pageToken
        : throw Faults.Invalid("page_token", "page_token is none of this server's: leave it empty to begin with the first page");

    public static AckLevel Ack(V1.AckLevel level) => level switch
    {
        V1.AckLevel.Unspecified or V1.AckLevel.Recorded => AckLevel.Recorded,
        V1.AckLevel.Ranked => AckLevel.Ranked,
        _ => throw Faults.Invalid("ack_level", "ack_level must be ACK_LEVEL_RECORDED or ACK_LEVEL_RANKED"),
    };

    /// <summary>The number of items of an upsert.</summary>
    public static void ItemCount(string field, int count)
    {
        if (count > Limits.UpsertsPerRequest)
            throw FieldChecks.TooLong(field, count, Limits.UpsertsPerRequest, "entries").ForRequest();
    }
}
