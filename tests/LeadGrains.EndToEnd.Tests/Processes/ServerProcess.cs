using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Grpc.Net.Client;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.Processes;

/// <summary>`leadgrains serve` on free loopback ports, ready for calls.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);

    /// <summary>The last line that `serve` says when it starts.</summary>
    [GeneratedRegex(@"^Ready\. gRPC on (?<grpc>\S+), HTTP on (?<http>\S+)\.$", RegexOptions.Multiline, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex ReadyLine { get; }

    private Endpoints? _endpoints;

    private ServerProcess(RunningProcess process) => Process = process;

    public RunningProcess Process { get; }

    public Uri Grpc => Ready.Grpc;

    public Uri Http => Ready.Http;

    public GrpcChannel Channel => Ready.Channel;

    public IngestService.IngestServiceClient Ingest => new(Channel);

    public ContactService.ContactServiceClient Contacts => new(Channel);

    public AccountService.AccountServiceClient Accounts => new(Channel);

    public RankingService.RankingServiceClient Ranking => new(Channel);

    public ModelService.ModelServiceClient Models => new(Channel);

    private Endpoints Ready => _endpoints ?? throw new InvalidOperationException("leadgrains serve is not ready: wait for it first.");

    /// <summary>Starts the process, with the default model where none is named, and waits until it is ready.</summary>
    public static Task<ServerProcess> StartAsync(string data, string? model, CancellationToken cancellationToken, params string[] options) =>
        ReadyAsync(Launch(data, model, options), cancellationToken);

    /// <summary>The same under variables of its own, and with the default model.</summary>
    public static Task<ServerProcess> StartWithAsync(
        IReadOnlyDictionary<string, string> environment, string data, CancellationToken cancellationToken, params string[] options) =>
        ReadyAsync(
            new ServerProcess(Command.StartWith(environment, ["serve", "--data", data, "--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0", .. options])),
            cancellationToken);

    private static async Task<ServerProcess> ReadyAsync(ServerProcess server, CancellationToken cancellationToken)
    {
        try
        {
            await server.WaitUntilReadyAsync(cancellationToken);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    /// <summary>
    /// Starts the process and does not wait. It takes free ports itself: one found free here could be taken by
    /// another process before it listens.
    /// </summary>
    /// <param name="data">A folder, or the address of a database.</param>
    /// <param name="model">The model's file; null for the default model.</param>
    /// <param name="options">What else it is told.</param>
    public static ServerProcess Launch(string data, string? model, params string[] options)
    {
        string[] modelOption = model is null ? [] : ["--model", model];
        var storeOption = data.StartsWith("Host=", StringComparison.Ordinal) ? "--store" : "--data";
        return new ServerProcess(Command.Start(
            ["serve", storeOption, data, .. modelOption, "--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0", .. options]));
    }

    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var waited = Stopwatch.StartNew();
        while (!TryConnect() || !await IsReadyAsync(client, Http, cancellationToken))
        {
            if (Process.HasExited || waited.Elapsed > StartLimit)
            {
                var end = Process.HasExited ? "ended" : "was not ready in time";
                throw new InvalidOperationException($"leadgrains serve {end}. It said:\n{Process.Output}");
            }

            await Task.Delay(20, cancellationToken);
        }
    }

    public void Kill() => Process.Kill();

    /// <summary>Asks the server to stop; gives its exit code.</summary>
    public Task<int> TerminateAsync(CancellationToken cancellationToken)
    {
        Process.Terminate();
        return Process.WaitAsync(StopLimit, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _endpoints?.Channel.Dispose();
        await Process.DisposeAsync();
    }

    private static async Task<bool> IsReadyAsync(HttpClient client, Uri http, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri(http, "/readyz"), cancellationToken);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Not within the client's time, on a machine that does much else.
            return false;
        }
    }

    private bool TryConnect()
    {
        if (_endpoints is not null)
            return true;
        var line = ReadyLine.Match(Process.Output);
        if (!line.Success)
            return false;
        var grpc = new Uri($"http://{line.Groups["grpc"].Value}");
        _endpoints = new Endpoints(grpc, new Uri($"http://{line.Groups["http"].Value}"), GrpcChannel.ForAddress(grpc));
        return true;
    }

    private sealed record Endpoints(Uri Grpc, Uri Http, GrpcChannel Channel);
}
