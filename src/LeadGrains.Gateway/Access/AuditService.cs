using System.Globalization;
using Grpc.Core;
using LeadGrains.Gateway.Calls;
using LeadGrains.Gateway.Checks;
using LeadGrains.Grains.Ranking;

namespace LeadGrains.Gateway.Access;

/// <summary>What operators of the caller's workspace did.</summary>
internal sealed class AuditService(CallGate gate, AuditTrail trail) : V1.AuditService.AuditServiceBase
{
    public override Task<V1.ListAuditEntriesResponse> ListAuditEntries(V1.ListAuditEntriesRequest request, ServerCallContext context) =>
        gate.AnswerAsync(context, async call =>
        {
            var fields = new RequestChecks();
            var size = fields.PageSize(request.PageSize);
            fields.ThrowIfAny();
            var records = await trail.ReadAsync(call.Workspace, Before(request.PageToken), size + 1, call.Ended);
            var response = new V1.ListAuditEntriesResponse();
            response.Entries.AddRange(records.Take(size).Select(record => new V1.AuditEntry
            {
                At = record.At,
                KeyId = record.KeyId,
                KeyName = record.KeyName,
                Action = record.Action,
                Target = record.Target,
            }));
            if (records.Count > size)
                response.NextPageToken = records[size - 1].Number.ToString(CultureInfo.InvariantCulture);
            return response;
        });

    // A number of another workspace leads to the caller's own records before it, and to nothing else.
    private static ulong Before(string token) => token.Length == 0 ? ulong.MaxValue
        : ulong.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new PageTokenException("page_token is none that a response gave");
}
