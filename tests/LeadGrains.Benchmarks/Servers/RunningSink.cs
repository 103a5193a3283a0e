using LeadGrains.Host.Commands;

namespace LeadGrains.Benchmarks.Servers;

/// <summary>`leadgrains sink`: parses each batch into protobuf objects and acknowledges it, on the same Kestrel.</summary>
internal sealed class RunningSink : IAsyncDisposable
{
    private RunningSink(ChildProgram program, Uri address) => (Program, Address) = (program, address);

    public ChildProgram Program { get; }

    public Uri Address { get; }

    public static async Task<RunningSink> StartAsync(CancellationToken cancellationToken)
    {
        var program = ChildProgram.Start(SinkCommand.Name);
        return new RunningSink(program, new Uri(await program.ReadLineAsync("http", cancellationToken)));
    }

    public ValueTask DisposeAsync() => Program.DisposeAsync();
}
