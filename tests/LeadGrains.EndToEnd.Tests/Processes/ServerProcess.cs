using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Grpc.Net.Client;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.Processes;

/// <summary>`leadgrains serve` on free loopback ports, ready for calls.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);

    /// <summary>The start of the last line that `serve` says when it starts.</summary>
    private const string ReadyLine = "\nReady. ";

    private ServerProcess(RunningProcess process, Uri grpc, Uri http)
    {
        Process = process;
        Grpc = grpc;
        Http = http;
        Channel = GrpcChannel.ForAddress(grpc);
        Ingest = new IngestService.IngestServiceClient(Channel);
        Contacts = new ContactService.ContactServiceClient(Channel);
        Accounts = new AccountService.AccountServiceClient(Channel);
        Ranking = new RankingService.RankingServiceClient(Channel);
    }

    public RunningProcess Process { get; }

    public Uri Grpc { get; }

    public Uri Http { get; }

    public GrpcChannel Channel { get; }

    public IngestService.IngestServiceClient Ingest { get; }

    public ContactService.ContactServiceClient Contacts { get; }

    public AccountService.AccountServiceClient Accounts { get; }

    public RankingService.RankingServiceClient Ranking { get; }

    /// <summary>Starts the process, with the default model where none is named, and waits until it is ready.</summary>
    public static async Task<ServerProcess> StartAsync(string data, string? model, CancellationToken cancellationToken, params string[] options)
    {
        var server = Launch(data, model, options);
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

    /// <summary>Starts the process and does not wait.</summary>
    public static ServerProcess Launch(string data, string? model, params string[] options)
    {
        var (grpc, http) = (FreePort(), FreePort());
        string[] modelOption = model is null ? [] : ["--model", model];
        var process = Command.Start(["serve", "--data", data, .. modelOption, "--grpc", $"127.0.0.1:{grpc}", "--http", $"127.0.0.1:{http}", .. options]);
        return new ServerProcess(process, new Uri($"http://127.0.0.1:{grpc}"), new Uri($"http://127.0.0.1:{http}"));
    }

    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = Http, Timeout = TimeSpan.FromSeconds(5) };
        var waited = Stopwatch.StartNew();
        while (!Process.Output.Contains(ReadyLine, StringComparison.Ordinal) || !await IsReadyAsync(client, cancellationToken))
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
        Channel.Dispose();
        await Process.DisposeAsync();
    }

    private static async Task<bool> IsReadyAsync(HttpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await client.GetAsync("/readyz", cancellationToken);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
