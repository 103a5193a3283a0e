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

    private static Task<TestServer> StartAsync(EchoScript script, ILoggerProvider log, TimeProvider clock) => TestServer.StartAsync(
        services => services.AddSingleton(script).AddSingleton(log).AddSingleton(clock),
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
}
