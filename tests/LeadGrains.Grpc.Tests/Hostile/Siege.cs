using System.Collections.Concurrent;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using LeadGrains.Grpc.Tests.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeadGrains.Grpc.Tests.Hostile;

/// <summary>Tests that measure the heap run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SiegeTests
{
    public const string Name = "Hostile";
}

/// <summary>
/// A server under attack, with a caller who means well on a connection of its own. What must hold is checked at the
/// end: all that caller's calls went well, every method that was entered was left, the heap is as small as before,
/// and the server has logged no error.
/// </summary>
internal sealed class Siege : IAsyncDisposable
{
    /// <summary>In milliseconds; generous, for machines that do much else.</summary>
    public const int Limit = 180_000;

    private const long MostLeaked = 6 << 20;

    /// <summary>A header of the calls that are not counted.</summary>
    private const string WellMeant = "well-meant";

    private readonly ConcurrentQueue<string> _errors;
    private readonly Counts _counts;
    private readonly CancellationTokenSource _over = new();
    private readonly GrpcChannel _channel;
    private readonly Task _wellMeant;
    private int _wellCalled;

    private Siege(TestServer server, Counts counts, ConcurrentQueue<string> errors)
    {
        Server = server;
        _counts = counts;
        _errors = errors;
        _channel = GrpcChannel.ForAddress(server.Address);
        _wellMeant = Task.Run(() => CallWellAsync(new Echo.EchoClient(_channel), _over.Token), Token);
    }

    public TestServer Server { get; }

    /// <summary>How many calls the server's methods have taken, but for those that are well meant.</summary>
    public int Entered => Volatile.Read(ref _counts.Entered);

    /// <summary>How many bytes the server's methods could write.</summary>
    public long Written => Volatile.Read(ref _counts.Written);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<Siege> BeginAsync(Action<IServiceCollection>? configure = null)
    {
        var (counts, errors) = (new Counts(), new ConcurrentQueue<string>());
        var server = await TestServer.StartAsync(
            services =>
            {
                services.AddSingleton(CountingScript(counts));
                services.AddSingleton<ILoggerProvider>(new ErrorLog(errors));
                configure?.Invoke(services);
            },
            app => app.MapGrpcService<EchoService>());
        return new Siege(server, counts, errors);
    }

    /// <summary>What is alive on the heap, in bytes.</summary>
    public static long Heap()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }

    /// <summary>Compares what is alive on the heap with what was, and writes it to the test's output.</summary>
    public static void AssertGrowth(string what, long before, long most)
    {
        var growth = Heap() - before;
        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {growth / 1024:N0} KiB of {most / 1024:N0}");
        Assert.InRange(growth, long.MinValue, most);
    }

    /// <summary>Attacks once to fill pools and caches, then again and again, and checks what must hold.</summary>
    public async Task RunAsync(int rounds, Func<int, Task> attack, long mostLeaked = MostLeaked)
    {
        await attack(0);
        await AllLeftAsync();
        var before = Heap();
        for (var round = 1; round <= rounds; round++)
        {
            await attack(round);
            await AllLeftAsync();
        }

        // The server lets go of closed connections in its own time.
        for (var looks = 0; looks < 100 && Heap() - before > mostLeaked; looks++)
            await Task.Delay(TimeSpan.FromMilliseconds(50), Token);
        AssertGrowth("Left behind", before, mostLeaked);
        await WellCalledAsync();
        await _over.CancelAsync();
        await _wellMeant;
        Assert.True(_errors.IsEmpty, string.Join('\n', _errors.Take(2)));
    }

    /// <summary>Waits until the methods have taken so many calls that are still running.</summary>
    public async Task RunningAsync(int calls)
    {
        while (Volatile.Read(ref _counts.Entered) - Volatile.Read(ref _counts.Left) < calls)
            await Task.Delay(TimeSpan.FromMilliseconds(20), Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await Record.ExceptionAsync(() => _wellMeant);
        _channel.Dispose();
        await Server.DisposeAsync();
        _over.Dispose();
    }

    private async Task AllLeftAsync()
    {
        while (Volatile.Read(ref _counts.Entered) != Volatile.Read(ref _counts.Left))
            await Task.Delay(TimeSpan.FromMilliseconds(20), Token);
    }

    /// <summary>Waits for two more calls of the well-meaning caller, of which one has begun meanwhile; throws if it failed.</summary>
    private async Task WellCalledAsync()
    {
        for (var before = Volatile.Read(ref _wellCalled); Volatile.Read(ref _wellCalled) < before + 2;)
        {
            if (_wellMeant.IsCompleted)
                await _wellMeant;
            await Task.Delay(TimeSpan.FromMilliseconds(20), Token);
        }
    }

    private async Task CallWellAsync(Echo.EchoClient client, CancellationToken over)
    {
        var headers = new Metadata { { WellMeant, "yes" } };
        for (var calls = 0; !over.IsCancellationRequested; _wellCalled = ++calls)
        {
            var words = new Words { Number = calls, Payload = ByteString.CopyFrom(new byte[calls % 5_000]) };
            Assert.Equal(words, await client.SayAsync(words, headers, deadline: DateTime.UtcNow.AddSeconds(30), cancellationToken: Token));
            using var chat = client.Chat(headers, deadline: DateTime.UtcNow.AddSeconds(30), cancellationToken: Token);
            await chat.RequestStream.WriteAsync(words, Token);
            Assert.True(await chat.ResponseStream.MoveNext(Token));
            await chat.RequestStream.CompleteAsync();
            Assert.False(await chat.ResponseStream.MoveNext(Token));
            await Task.Delay(TimeSpan.FromMilliseconds(5), Token);
        }
    }

    private static EchoScript CountingScript(Counts counts)
    {
        async Task<T> CountAsync<T>(ServerCallContext context, Func<Task<T>> method)
        {
            // Not through the metadata, which cannot be read where an attacker's is bad.
            if (context.GetHttpContext().Request.Headers.ContainsKey(WellMeant))
                return await method();
            Interlocked.Increment(ref counts.Entered);
            try
            {
                return await method();
            }
            finally
            {
                Interlocked.Increment(ref counts.Left);
            }
        }

        var echo = new EchoScript();
        return new EchoScript
        {
            Say = (request, context) => CountAsync(context, () => echo.Say(request, context)),
            Collect = (requests, context) => CountAsync(context, () => echo.Collect(requests, context)),
            Chat = (requests, responses, context) => CountAsync(context, async () =>
            {
                await echo.Chat(requests, responses, context);
                return 0;
            }),
            Repeat = (request, responses, context) => CountAsync(context, async () =>
            {
                var message = new Words { Payload = ByteString.CopyFrom(new byte[16 * 1024]) };
                for (var i = 0; i < request.Number; i++)
                {
                    await responses.WriteAsync(message);
                    Interlocked.Add(ref counts.Written, message.Payload.Length);
                }

                return 0;
            }),
        };
    }

    private sealed class Counts
    {
        public int Entered;
        public int Left;
        public long Written;
    }

    /// <summary>
    /// Keeps what is logged as a failure of the server's own code: the work of no client may be one. That Kestrel had
    /// to break a connection off is told in other categories.
    /// </summary>
    private sealed class ErrorLog(ConcurrentQueue<string> errors) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) =>
            categoryName is "Grpc.AspNetCore.Server" or "Microsoft.AspNetCore.Server.Kestrel" ? this : NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                errors.Enqueue($"{formatter(state, exception)} {exception}");
        }

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
