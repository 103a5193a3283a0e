using System.Text.Json;
using Grpc.Core;
using LeadGrains.Gateway.Access;
using LeadGrains.Gateway.Admission;
using LeadGrains.Gateway.Calls;
using LeadGrains.Gateway.Checks;
using LeadGrains.Grains;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LeadGrains.Gateway.Collect;

/// <summary>
/// Answers an SDK: at once where nothing is taken now, else when all of it is durable, and never late, since some wait for
/// ever. Whatever is sent again changes nothing.
/// </summary>
internal sealed partial class CollectEndpoint(
    AccessDoor door, CollectionSender sender, RefusedMessages refused, GrainClient grains, Readiness readiness, GatewayMeters meters,
    Intake intake, TimeProvider clock, ILogger<CollectEndpoint> log)
{
    // Each holds a body and what it says in memory.
    private const int RequestsAtOnce = 256;

    // Of these, whose key is not known yet: anybody may send the beginning of a body, and rest.
    private const int StrangersAtOnce = RequestsAtOnce / 2;

    // A value takes twelve bytes in the parser, and two at least in the text.
    private const int ParsedPerByte = 6;

    private const int SourceBytes = Limits.SourceBytes;

    private static readonly TimeSpan BodyWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StrangersBodyWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(8);

    private int _underWay;
    private int _strangers;

    public async Task AnswerAsync(HttpContext http, CollectRoute route)
    {
        var began = clock.GetTimestamp();
        var span = CallSpans.Begin(http, route.Path);
        var status = StatusCode.OK;
        try
        {
            if (readiness.Phase != ServingPhase.Serving)
                throw Faults.NotServing(readiness.Phase);
            if (await TakeAsync(http, route) is not { } refusal)
            {
                await CollectAnswer.TakenAsync(http);
                return;
            }

            status = StatusCode.InvalidArgument;
            await CollectAnswer.RefusedAsync(http, StatusCodes.Status400BadRequest, refusal);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or BadHttpRequestException && http.RequestAborted.IsCancellationRequested)
        {
            status = StatusCode.Cancelled;
        }
        catch (CollectRefusedException fault)
        {
            status = StatusCode.InvalidArgument;
            await CollectAnswer.RefusedAsync(http, fault.HttpStatus, fault.Message);
        }
        catch (BadHttpRequestException fault)
        {
            status = StatusCode.InvalidArgument;
            await CollectAnswer.RefusedAsync(http, fault.StatusCode, "The request ended before its body did, or is no request.");
        }
        catch (Exception thrown)
        {
            var fault = FaultOf(thrown, route);
            status = fault.StatusCode;
            await CollectAnswer.RefusedAsync(http, route, fault);
        }
        finally
        {
            meters.Answered(route.Path, status, clock.GetElapsedTime(began));
            span.End(status);
        }
    }

    // Why it is refused, where its sender can do something with that.
    private async Task<string?> TakeAsync(HttpContext http, CollectRoute route)
    {
        using var held = new HeldBytes(intake.Bytes);
        try
        {
            if (Interlocked.Increment(ref _underWay) > RequestsAtOnce)
                throw new OverloadedException();
            // A key in a header is looked at before the body is; one in the body can be only after.
            var caller = Credentials.AreInHeaders(http.Request.Headers) ? door.Admit(http, KeyScopes.Ingest) : null;
            var body = caller is null ? await ReadOfStrangerAsync(http, route, held) : await ReadAsync(http, route, caller, held);
            held.GrowTo(held.Count + (body.Length * ParsedPerByte));
            var collection = await TakeAsync(http, route, caller, body);
            return collection is { IsSingle: true, Refusals: [var refusal, ..] } ? refusal.Fault.Message : null;
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private async Task<Collection> TakeAsync(HttpContext http, CollectRoute route, Caller? admitted, ReadOnlyMemory<byte> body)
    {
        var caller = admitted;
        try
        {
            var isEvent = route.Form == CollectForm.CloudEvents && CloudEventBody.IsBinary(http.Request);
            using var json = isEvent ? null : CollectBody.Parse(body);
            caller ??= door.Admit(http, KeyScopes.Ingest, CollectBody.Texts(() => json?.RootElement.Text("writeKey")));
            var collection = CollectBody.Texts(() => Read(http.Request, route, json, body, CutText.To(caller.Name, SourceBytes)));

            // Whoever hangs up sends it again, or has not the time to: it is taken all the same.
            await WaitAsync(sender.SendAsync(collection, new CallScope(caller, route.Path, CancellationToken.None)));
            return collection;
        }
        catch (CollectRefusedException fault) when (caller is not null)
        {
            List(fault, route, caller);
            throw;
        }
    }

    private Collection Read(HttpRequest request, CollectRoute route, JsonDocument? json, ReadOnlyMemory<byte> body, string source)
    {
        var collection = new Collection(route.Path, source, grains.Now());
        if (json is null)
            CloudEventBody.ReadBinary(request, body, collection);
        else if (route.Form == CollectForm.CloudEvents)
            CloudEventBody.Read(json.RootElement, collection);
        else
            SegmentBody.Read(json.RootElement, route, collection);
        return collection;
    }

    private async Task WaitAsync(Task sending)
    {
        try
        {
            await sending.WaitAsync(AnswerWithin, clock);
        }
        catch (TimeoutException) when (!sending.IsCompleted)
        {
            _ = HoldPlaceAsync(sending);
            throw;
        }
    }

    // What its sender does not wait for any more takes a place still, so that there is a bound to all of it.
    private async Task HoldPlaceAsync(Task sending)
    {
        Interlocked.Increment(ref _underWay);
        try
        {
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private void List(CollectRefusedException fault, CollectRoute route, Caller caller) => refused.Add(
        caller.Workspace, [new Refusal(grains.Now(), route.Path, "", "", FieldChecks.Invalid("body", $"is refused: {fault.Message}"))]);

    private async Task<ReadOnlyMemory<byte>> ReadOfStrangerAsync(HttpContext http, CollectRoute route, HeldBytes held)
    {
        try
        {
            return Interlocked.Increment(ref _strangers) <= StrangersAtOnce
                ? await ReadAsync(http, route, caller: null, held)
                : throw new OverloadedException();
        }
        finally
        {
            Interlocked.Decrement(ref _strangers);
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext http, CollectRoute route, Caller? caller, HeldBytes held)
    {
        using var late = new CancellationTokenSource(caller is null ? StrangersBodyWithin : BodyWithin, clock);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(late.Token, http.RequestAborted);
        try
        {
            return await CollectBody.ReadAsync(http.Request, held, ended.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            throw new CollectRefusedException(StatusCodes.Status408RequestTimeout, "The body came too slowly.");
        }
        catch (CollectRefusedException fault) when (caller is not null)
        {
            List(fault, route, caller);
            throw;
        }
    }

    private RpcException FaultOf(Exception thrown, CollectRoute route)
    {
        var fault = thrown is TimeoutException
            ? Faults.Of(new PartitionUnavailableException("It takes too long to make it durable. It may be by now; sending it again is safe."))
            : Faults.Of(thrown);
        if (fault.StatusCode == StatusCode.Internal)
            LogFailure(thrown, route.Path);
        return fault;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Path} failed")]
    private partial void LogFailure(Exception failure, string path);
}
