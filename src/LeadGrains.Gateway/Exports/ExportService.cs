using Grpc.Core;
using LeadGrains.Gateway.Accounts;
using LeadGrains.Gateway.Calls;
using LeadGrains.Gateway.Checks;
using LeadGrains.Gateway.Contacts;
using LeadGrains.Gateway.Values;
using LeadGrains.Grains;

namespace LeadGrains.Gateway.Exports;

/// <summary>All contacts, accounts and signals of a workspace. A page is read when the one before has been sent, so that a slow caller costs nothing.</summary>
internal sealed class ExportService(CallGate gate, GrainClient grains, Readiness readiness) : V1.ExportService.ExportServiceBase
{
    public override Task ExportContacts(
        V1.ExportContactsRequest request, IServerStreamWriter<V1.ExportContactsResponse> responseStream, ServerCallContext context) =>
        ServeAsync(context, async (call, ended) =>
        {
            var token = request.ResumeToken;
            while (await grains.ListContactsAsync(call.Workspace, token, ended) is { } page)
            {
                token = page.ResumeToken;
                var response = new V1.ExportContactsResponse { ResumeToken = token, Progress = page.Progress };
                response.Contacts.AddRange(page.Grains.Select(ContactMessages.Write));
                await responseStream.WriteAsync(response, ended);
            }
        });

    public override Task ExportAccounts(
        V1.ExportAccountsRequest request, IServerStreamWriter<V1.ExportAccountsResponse> responseStream, ServerCallContext context) =>
        ServeAsync(context, async (call, ended) =>
        {
            var token = request.ResumeToken;
            while (await grains.ListAccountsAsync(call.Workspace, token, ended) is { } page)
            {
                token = page.ResumeToken;
                var response = new V1.ExportAccountsResponse { ResumeToken = token, Progress = page.Progress };
                response.Accounts.AddRange(page.Grains.Select(AccountMessages.Write));
                await responseStream.WriteAsync(response, ended);
            }
        });

    public override Task ExportSignals(
        V1.ExportSignalsRequest request, IServerStreamWriter<V1.ExportSignalsResponse> responseStream, ServerCallContext context) =>
        ServeAsync(context, async (call, ended) =>
        {
            var fields = new RequestChecks();
            if (FieldChecks.Text("contact_id", request.ContactId, Limits.GrainIdBytes) is { } fault)
                fields.Add(fault);
            fields.ThrowIfAny();
            await foreach (var page in grains.ScanSignalsAsync(call.Workspace, request.ContactId, request.ResumeToken, ended))
            {
                var response = new V1.ExportSignalsResponse { ResumeToken = page.ResumeToken, Progress = page.Progress };
                response.Signals.AddRange(page.Signals.Select(signal => new V1.ExportedSignal
                {
                    EntryId = signal.EntryId,
                    ReceivedAt = Timestamps.Write(signal.ReceivedAt),
                    Signal = V1.Signal.Parser.ParseFrom(signal.Signal),
                }));
                await responseStream.WriteAsync(response, ended);
            }
        });

    // A node that drains ends it with UNAVAILABLE: its newest token goes on elsewhere.
    private Task ServeAsync(ServerCallContext context, Func<CallScope, CancellationToken, Task> serve) => gate.ServeAsync(context, async call =>
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(call.Ended, readiness.Draining);
        await serve(call, ended.Token);
    });
}
