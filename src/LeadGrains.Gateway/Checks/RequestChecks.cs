using System.Globalization;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LeadGrains.Gateway.Calls;
using LeadGrains.Grains;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Checks;

/// <summary>
/// Checks one whole request and gathers all that is wrong with it, so that the caller learns it at once. What a check
/// gives for a wrong field means nothing: <see cref="ThrowIfAny"/> comes before it is used.
/// </summary>
internal sealed class RequestChecks
{
    private List<FieldViolation>? _violations;

    /// <exception cref="RpcException">INVALID_ARGUMENT: at least one field is wrong.</exception>
    public void ThrowIfAny()
    {
        if (_violations is not null)
            throw Faults.Invalid(_violations);
    }

    public void Add(string field, string description) => (_violations ??= []).Add(new FieldViolation(field, description));

    public void Add(ItemFault fault) => Add(fault.Field, fault.Message);

    /// <summary>The id of what the request asks for.</summary>
    public string Id(string field, string id)
    {
        if (FieldChecks.Id(field, id) is { } fault)
            Add(fault);
        return id;
    }

    /// <summary>How many rows a page holds.</summary>
    public int PageSize(int pageSize)
    {
        if (pageSize is < 0 or > Limits.PageSize)
        {
            Add("page_size", string.Create(
                CultureInfo.InvariantCulture, $"page_size {pageSize} must be 1 to {Limits.PageSize:N0}, or 0 for {Limits.DefaultPageSize}"));
        }

        return pageSize == 0 ? Limits.DefaultPageSize : pageSize;
    }

    /// <summary>A token that could be one of ours.</summary>
    public string PageToken(string pageToken)
    {
        if (Encoding.UTF8.GetByteCount(pageToken) > Limits.PageTokenBytes)
            Add("page_token", "page_token is none of this server's: leave it empty to begin with the first page");
        return pageToken;
    }

    public AckLevel Ack(V1.AckLevel level)
    {
        if (level is not (V1.AckLevel.Unspecified or V1.AckLevel.Recorded or V1.AckLevel.Ranked))
            Add("ack_level", "ack_level must be ACK_LEVEL_RECORDED or ACK_LEVEL_RANKED");
        return level == V1.AckLevel.Ranked ? AckLevel.Ranked : AckLevel.Recorded;
    }

    public ExplainedModel Model(V1.ExplainedModel model)
    {
        if (model is not (V1.ExplainedModel.Unspecified or V1.ExplainedModel.Active or V1.ExplainedModel.OfTheTime))
            Add("model", "model must be EXPLAINED_MODEL_ACTIVE or EXPLAINED_MODEL_OF_THE_TIME");
        return model == V1.ExplainedModel.OfTheTime ? ExplainedModel.OfTheTime : ExplainedModel.Active;
    }

    /// <summary>The number of items of an upsert.</summary>
    public void ItemCount(string field, int count)
    {
        if (count > Limits.UpsertsPerRequest)
            Add(FieldChecks.TooLong(field, count, Limits.UpsertsPerRequest, "entries"));
    }

    /// <summary>An instant; null where the field is unset.</summary>
    public Instant? Instant(string field, Timestamp? timestamp)
    {
        if (FieldChecks.Instant(field, timestamp, out var instant) is { } fault)
            Add(fault);
        return instant;
    }
}
