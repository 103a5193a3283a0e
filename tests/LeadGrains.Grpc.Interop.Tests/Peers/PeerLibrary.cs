namespace LeadGrains.Grpc.Interop.Tests.Peers;

/// <summary>A gRPC that nobody here wrote, with a client and a server that run the cases on it.</summary>
internal abstract class PeerLibrary : IDisposable
{
    protected static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>For what a library makes of the protos.</summary>
    protected TempFolder Generated { get; } = new();

    protected static string Protos => Path.Combine(RepositoryRoot.Path, "tests", "LeadGrains.Grpc.Interop.Tests", "Protos");

    private static string Peers => Path.Combine(RepositoryRoot.Path, "tests", "LeadGrains.Grpc.Interop.Tests", "Peers");

    /// <summary>Starts client or server, once it is known that this machine has what it needs.</summary>
    public abstract Task<RunningProcess> StartAsync(string program, params string[] arguments);

    /// <summary>Starts the server, with options of the library as name=number, and waits for its port.</summary>
    public async Task<(RunningProcess Process, int Port)> ServeAsync(params string[] options)
    {
        const string Listening = "listening ";
        var process = await StartAsync("server", options);
        var line = await process.LineAsync(Listening, Limit, TestContext.Current.CancellationToken);
        return (process, int.Parse(line[Listening.Length..], System.Globalization.CultureInfo.InvariantCulture));
    }

    public void Dispose() => Generated.Dispose();

    protected static RunningProcess Start(string program, string script, string definitions, string[] arguments) =>
        RunningProcess.Start(program, [script, definitions, .. arguments], Peers);
}

/// <summary>@grpc/grpc-js, all of it JavaScript.</summary>
internal sealed class GrpcJs : PeerLibrary
{
    public override async Task<RunningProcess> StartAsync(string program, params string[] arguments)
    {
        await OtherPrograms.RequireNodeAsync();
        return Start("node", $"{program}.js", Protos, arguments);
    }
}

/// <summary>python3-grpcio, which stands on gRPC's C core.</summary>
internal sealed class Grpcio : PeerLibrary
{
    public override async Task<RunningProcess> StartAsync(string program, params string[] arguments)
    {
        await OtherPrograms.RequirePythonGrpcAsync();
        await using var protoc = RunningProcess.Start("protoc", ["-I", Protos, "--python_out", Generated.Path, Path.Combine(Protos, "testing.proto")]);
        Assert.True(await protoc.WaitAsync(Limit, TestContext.Current.CancellationToken) == 0, protoc.Output);
        return Start(OtherPrograms.Python, $"{program}.py", Generated.Path, arguments);
    }
}
