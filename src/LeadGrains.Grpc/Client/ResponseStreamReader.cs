using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>The response messages of one call.</summary>
internal sealed class ResponseStreamReader<T>(ClientCall call, Marshaller<T> marshaller) : IAsyncStreamReader<T>
    where T : class
{
    private static readonly StreamPipeReaderOptions ReadOptions = new(bufferSize: 16 * 1024, minimumReadSize: 4 * 1024, leaveOpen: true);

    private HttpResponseMessage? _response;
    private PipeReader? _pipe;
    private FrameReader? _frames;
    private T? _current;

    public T Current => _current ?? throw new InvalidOperationException("There is no current message.");

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        _current = null;
        if (call.IsEnded)
            return IsOver();
        using var cancel = cancellationToken.UnsafeRegister(static call => ((ClientCall)call!).Cancel(), call);
        try
        {
            if (await MoveNextAsync())
                return true;
            call.EndWith(_response!);
        }
        catch (Exception exception)
        {
            End(exception);
        }

        return IsOver();
    }

    /// <summary>Reads the only message of a method whose responses do not stream, and the end behind it.</summary>
    public async Task<T> ReadSingleAsync()
    {
        try
        {
            if (await MoveNextAsync() && await _frames!.MoveNextAsync(call.Token))
                throw new RpcException(new Status(StatusCode.Unimplemented, "The response has more than one message, and the method gives one."));
            if (_current is null && ResponseStatus.Read(_response!).StatusCode == StatusCode.OK)
                throw new RpcException(new Status(StatusCode.Unimplemented, "The response has no message, and the method gives one."));
            call.EndWith(_response!);
        }
        catch (Exception exception)
        {
            End(exception);
        }

        IsOver();
        return Current;
    }

    private async ValueTask<bool> MoveNextAsync()
    {
        _frames ??= await OpenAsync();
        if (!await _frames.MoveNextAsync(call.Token))
            return false;
        _current = marshaller.ContextualDeserializer(_frames);
        _frames.Release();
        return true;
    }

    private async ValueTask<FrameReader> OpenAsync()
    {
        _response = await call.Response ?? throw call.Failure();
        _pipe = PipeReader.Create(await _response.Content.ReadAsStreamAsync(call.Token), ReadOptions);
        var encoding = _response.Headers.NonValidated.TryGetValues(ProtocolNames.Encoding, out var values) ? values.ToString() : null;
        return new FrameReader(_pipe, call.Channel.Options.MaxReceiveMessageSize, encoding, malformed: StatusCode.Internal);
    }

    private void End(Exception exception)
    {
        // A server that breaks off within a message may still say why in its trailers.
        if (exception is RpcException { StatusCode: StatusCode.Internal } && _response is not null && ResponseStatus.Read(_response) is { StatusCode: not (StatusCode.OK or StatusCode.Unknown) })
            call.EndWith(_response);
        call.Fail(exception);
    }

    /// <summary>True never: false at the end of a call that went well, an exception at any other.</summary>
    private bool IsOver()
    {
        _pipe?.Complete();
        if (call.GetStatus().StatusCode != StatusCode.OK)
            throw call.Failure();
        return false;
    }
}
