using System.Text.Json;
using LeadGrains.Grpc.Interop.Tests.Cases;
using LeadGrains.Grpc.Interop.Tests.Service;
using LeadGrains.Grpc.Interop.Tests.Wire;

namespace LeadGrains.Grpc.Interop.Tests.Peers;

/// <summary>A peer's client, which runs all cases against our server in one process, each over a tap of its own.</summary>
internal sealed class PeerClient(PeerLibrary library) : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, WireTap> _taps = new(StringComparer.Ordinal);
    private Task<string>? _run;
    private TestServiceHost? _host;
    private Drain? _drain;

    /// <summary>Fails if the case did, on the client's side or on the wire.</summary>
    public async Task CheckAsync(string name)
    {
        Task<string> run;
        lock (_lock)
        {
            run = _run ??= RunAsync();
        }

        var output = await run;
        var (wasRun, fault) = Outcome(output, name);
        Assert.True(wasRun, $"The client did not get to {name}:\n{output}");
        Assert.True(fault is null, $"{name}: {fault}");
        CaseList.CheckWire(name, _taps[name], Gaps.None);
        if (name == "many_streams")
        {
            // Ours may open another, theirs has but one.
            Assert.Equal(1, _taps[name].Connections);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var tap in _taps.Values)
        {
            await tap.DisposeAsync();
        }

        if (_drain is not null)
        {
            await _drain.DisposeAsync();
        }

        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        library.Dispose();
    }

    private async Task<string> RunAsync()
    {
        _host = await TestServiceHost.StartAsync();
        _drain = await Drain.StartAsync();
        foreach (var name in CaseList.All)
        {
            _taps.Add(name, name == "drain" ? _drain.Tap : new WireTap(_host.Port));
        }

        await using var client = await library.StartAsync("client", [.. _taps.Select(tap => $"{tap.Key}={tap.Value.Address.Authority}")]);
        await client.WaitAsync(Limit, TestContext.Current.CancellationToken);
        return client.Output;
    }

    /// <summary>The client writes a line of JSON for each case: its name, and what was wrong, or null.</summary>
    private static (bool WasRun, string? Fault) Outcome(string output, string name)
    {
        foreach (var line in output.Split('\n').Where(line => line.StartsWith("{\"case\"", StringComparison.Ordinal)))
        {
            var outcome = JsonElement.Parse(line);
            if (outcome.GetProperty("case").GetString() == name)
            {
                return (true, outcome.GetProperty("fault").GetString());
            }
        }

        return (false, null);
    }
}
