using System.Buffers;
using System.Collections.Concurrent;
using Grpc.Core;
using LeadGrains.Grpc.Tests.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeadGrains.Grpc.Tests.Calls;

/// <summary>Calls whose end itself goes wrong: it must be an end all the same, and harm no other call.</summary>
public class FailedEndTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestServer.Patience)]
    public async Task Failure_WhenItsTrailersAreTheCalls_EndsWithThemOnce()
    {
        await using var server = await TestServer.StartAsync(new EchoScript
        {
            Say = (_, context) =>
            {
                context.ResponseTrailers.Add("reason", "gone");
                throw new RpcException(new Status(StatusCode.NotFound, "nobody"), context.ResponseTrailers);
            },
        });

        var failure = await Assert.ThrowsAsync<RpcException>(
            () => server.Client.SayAsync(new Words(), deadline: DateTime.UtcNow.AddSeconds(30), cancellationToken: Token).ResponseAsync);

        Assert.Equal(new Status(StatusCode.NotFound, "nobody"), failure.Status);
        Assert.Equal("gone", Assert.Single(failure.Trailers, entry => entry.Key == "reason").Value);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Failure_WhenItCannotBeLogged_StopsTheClockOfItsCall()
    {
        var clock = new WatchedClock();
        await using var server = await StartAsync(
            new EchoScript
            {
                Say = (request, _) => request.Number == 0 ? Task.FromResult(request) : throw new FormatException("bad"),
            },
            new BrokenLog(),
            clock);

        for (var call = 0; call < 20; call++)
        {
            var deadline = DateTime.UtcNow.AddMinutes(1);
            await Assert.ThrowsAsync<RpcException>(() => server.Client.SayAsync(new Words { Number = 1 }, deadline: deadline, cancellationToken: Token).ResponseAsync);
            Assert.Equal("well", (await server.Client.SayAsync(new Words { Text = "well" }, deadline: deadline, cancellationToken: Token)).Text);
        }

        while (clock.Running > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(5), Token);
        Assert.Equal(40, clock.Started);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Deadline_WhenItPassesBeforeTheFirstRead_LeavesTheHeadersWhole()
    {
        var log = new RecordedLog();
        await using var server = await StartAsync(new EchoScript(), log, new ElapsedClock());
        using var http = server.RawClient();
        using var request = Frames.Request("/echo.v1.Echo/Say", Frames.Of(new Words()));
        request.Headers.Add("grpc-timeout", "1n");
        request.Headers.Add("grpc-encoding", "gzip");

        using var response = await http.SendAsync(request, Token);

        Assert.Equal("4", Frames.StatusOf(response));
        Assert.Equal("identity,gzip,deflate", Assert.Single(response.Headers.GetValues("grpc-accept-encoding")));
        Assert.Contains(LogLevel.Debug, await log.FirstAsync());
        Assert.DoesNotContain(LogLevel.Error, log.Levels);
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("Say", false)]
    [InlineData("Repeat", false)]
    [InlineData("Repeat", true)] // by a method that does not mind
    public async Task Response_WhenAMessageFailsHalfway_EndsBehindIt(string name, bool isCaught)
    {
        await using var server = await TestServer.StartAsync(services => services.AddSingleton(new TornService(isCaught)), app => app.MapGrpcService<TornService>());
        using var http = server.RawClient();

        using var response = await http.SendAsync(Frames.Request("/torn.Torn/" + name, Frames.Of("x"u8.ToArray())), Token);

        Assert.Equal([0, 0, 0, 0, 9, (byte)'h', (byte)'a', (byte)'l', (byte)'f'], await response.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal("13", Frames.StatusOf(response));
    }

    private static Task<TestServer> StartAsync(EchoScript script, ILoggerProvider log, TimeProvider clock) => TestServer.StartAsync(
        services => services.AddSingleton(script).AddSingleton(log).AddSingleton(clock).Configure<LoggerFilterOptions>(filter => filter.MinLevel = LogLevel.Debug),
        app => app.MapGrpcService<EchoService>());

    /// <summary>Fails to log what the calls of the server tell.</summary>
    private sealed class BrokenLog : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => categoryName == "Grpc.AspNetCore.Server" ? this : NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new InvalidOperationException("The disk is full.");

        public void Dispose()
        {
            // Nothing is held.
        }
    }

    /// <summary>Counts the timers that were started and those that still run.</summary>
    private sealed class WatchedClock : TimeProvider
    {
        private readonly ConcurrentDictionary<object, bool> _running = new();
        private int _started;

        public int Started => _started;

        public int Running => _running.Count;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref _started);
            _running[state!] = true;
            return new WatchedTimer(this, state!, base.CreateTimer(callback, state, dueTime, period));
        }

        private sealed class WatchedTimer(WatchedClock clock, object state, ITimer timer) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

            public void Dispose()
            {
                clock._running.TryRemove(state, out _);
                timer.Dispose();
            }

            public ValueTask DisposeAsync()
            {
                clock._running.TryRemove(state, out _);
                return timer.DisposeAsync();
            }
        }
    }

    /// <summary>A clock on which every timer is due while it is made.</summary>
    private sealed class ElapsedClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            callback(state);
            return base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, period);
        }
    }

    /// <summary>Keeps the levels of what the calls of the server tell.</summary>
    private sealed class RecordedLog : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<LogLevel> _levels = new();

        public IReadOnlyCollection<LogLevel> Levels => _levels;

        /// <summary>Waits for the first of them.</summary>
        public async Task<IReadOnlyCollection<LogLevel>> FirstAsync()
        {
            while (_levels.IsEmpty)
                await Task.Delay(TimeSpan.FromMilliseconds(5), Token);
            return _levels;
        }

        public ILogger CreateLogger(string categoryName) => categoryName == "Grpc.AspNetCore.Server" ? this : NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _levels.Enqueue(logLevel);

        public void Dispose()
        {
            // Nothing is held.
        }
    }

    /// <summary>A service whose responses cannot be written: each fails after some of its bytes.</summary>
    [BindServiceMethod(typeof(TornService), nameof(BindService))]
    internal sealed class TornService(bool isCaught)
    {
        private static readonly Marshaller<string> Half = new(
            (_, context) =>
            {
                context.SetPayloadLength(9);
                context.GetBufferWriter().Write("half"u8);
                throw new FormatException("There is no more.");
            },
            _ => "");

        public static void BindService(ServiceBinderBase serviceBinder, TornService? serviceImpl)
        {
            serviceBinder.AddMethod(new Method<string, string>(MethodType.Unary, "torn.Torn", nameof(Say), Texts.Marshaller, Half), (UnaryServerMethod<string, string>?)null);
            serviceBinder.AddMethod(new Method<string, string>(MethodType.ServerStreaming, "torn.Torn", nameof(Repeat), Texts.Marshaller, Half), (ServerStreamingServerMethod<string, string>?)null);
        }

        public Task<string> Say(string request, ServerCallContext context) => Task.FromResult(request);

        public async Task Repeat(string request, IServerStreamWriter<string> responses, ServerCallContext context)
        {
            for (var i = 0; i < 2; i++)
            {
                if (await Record.ExceptionAsync(() => responses.WriteAsync(request)) is { } failure && !isCaught)
                    throw failure;
            }
        }
    }
}
