using System.Net;
using LeadGrains.Gateway.Access;
using LeadGrains.Host.Clients;
using LeadGrains.Host.Serving;
using LeadGrains.Storage.Embedded.Sqlite;
using LeadGrains.Testing;

namespace LeadGrains.Host.Tests.Access;

/// <summary>A server whose folder had keys before it began.</summary>
internal sealed class KeyedServer : IAsyncDisposable
{
    public const KeyScopes AllScopes = KeyScopes.Ingest | KeyScopes.Read | KeyScopes.Model | KeyScopes.Admin;

    private const string Model = """
        name: test
        total: {fit: 0.5, intent: 0.5}
        intent: {half_point: 100}
        groups:
          web: {half_life: 10d}
        rules:
          - {name: demo, label: Asked for a demo, signal: demo, group: web, points: 100}
        fit:
          contact: [{name: senior, label: Senior, trait: title, contains: [head], points: 60}]
        stages:
          contact: [{name: nurture}, {name: mql, total: {enter: 50, leave: 40}}]
          account: [{name: aware}, {name: mqa, total: {enter: 10, leave: 5}}]
        """;

    private readonly TempFolder _folder = new();
    private int _keys;

    private KeyedServer()
    {
    }

    public RunningServer Running { get; private set; } = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Keys by workspace and scopes.</summary>
    public Dictionary<(string Workspace, KeyScopes Scopes), string> Keys { get; } = [];

    public static async Task<KeyedServer> StartAsync(params (string Workspace, KeyScopes Scopes)[] keys)
    {
        var server = new KeyedServer();
        await File.WriteAllTextAsync(server._folder.At("model.yaml"), Model, Cancelled);
        await using (var registry = SqliteRegistry.Open(server._folder.At("data")))
        {
            foreach (var (workspace, scopes) in keys)
                server.Keys.Add((workspace, scopes), await server.CreateAsync(new KeyBook(registry, TimeProvider.System), workspace, scopes));
        }

        await server.StartAsync();
        return server;
    }

    public async Task RestartAsync()
    {
        Assert.True(await Running.StopAsync());
        await Running.DisposeAsync();
        await StartAsync();
    }

    /// <summary>Calls with a key.</summary>
    public ServerConnection Connect(string workspace, KeyScopes scopes = AllScopes) =>
        new(new ServerTarget(Running.GrpcAddress) { ApiKey = Keys[(workspace, scopes)] }, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await Running.DisposeAsync();
        _folder.Dispose();
    }

    private Task<string> CreateAsync(KeyBook book, string workspace, KeyScopes scopes) => book.CreateAsync(
        new NewKey { Workspace = workspace, Name = $"{workspace} {scopes}", Scopes = scopes }, $"{++_keys:000000000000}", new string('s', KeyText.SecretLetters),
        new Caller("default", "tests", KeyScopes.None), Cancelled);

    private async Task StartAsync() => Running = await RunningServer.StartAsync(
        new ServeSettings
        {
            Data = _folder.At("data"),
            Grpc = new IPEndPoint(IPAddress.Loopback, 0),
            Http = new IPEndPoint(IPAddress.Loopback, 0),
            ModelFile = _folder.At("model.yaml"),
            LogLevel = Microsoft.Extensions.Logging.LogLevel.None,
        },
        TimeProvider.System,
        Cancelled);
}
