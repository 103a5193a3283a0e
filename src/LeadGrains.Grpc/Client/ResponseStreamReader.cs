using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>The response messages of one call.</summary>
internal sealed class ResponseStreamReader<T>(ClientCall call, Marshaller<T> marshaller) : IAsyncStreamReader<T>
    where T : class
{
    private readonly ResponseBody _body = new();
    private HttpResponseMessage? _response;
    private Stream? _stream;
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
            Open(await call.Response ?? throw call.Failure());
            while (!TryTake(isOnlyOne: true) && !_body.IsAtEnd)
                _body.Add(await _stream!.ReadAsync(_body.MakeRoom(), CancellationToken.None));
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

    // A read that waits ends when the response is disposed: watching a token would cost more than a short read.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> MoveNextAsync()
    {
        if (_frames is null)
            Open(await call.Response ?? throw call.Failure());
        while (!TryTake(isOnlyOne: false))
        {
            if (_body.IsAtEnd)
                return false;
            _body.Add(await _stream!.ReadAsync(_body.MakeRoom(), CancellationToken.None));
        }

        return true;
    }

    private bool TryTake(bool isOnlyOne)
    {
        if (!_frames!.TryTake(_body.Unread, _body.IsAtEnd, isOnlyOne))
            return false;
        _current = marshaller.ContextualDeserializer(_frames);
        _frames.Release();
        _body.Consume(_frames.End);
        return true;
    }

    private void Open(HttpResponseMessage response)
    {
        _response = response;
        _stream = response.Content.ReadAsStream();
        var encoding = response.Headers.NonValidated.TryGetValues(ProtocolNames.Encoding, out var values) ? values.ToString() : null;
        _frames = new FrameReader(call.Channel.Options.MaxReceiveMessageSize, encoding, call.Channel.Compressions, isRequest: false);
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
        _body.Complete();
        if (call.GetStatus().StatusCode != StatusCode.OK)
            throw call.Failure();
        return false;
    }
}
