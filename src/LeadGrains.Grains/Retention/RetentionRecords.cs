using Google.Protobuf;
using LeadGrains.Grains.Storage;
using LeadGrains.Registry.V1;

namespace LeadGrains.Grains.Retention;

/// <summary>The last run, in the registry, where every node of a store finds it.</summary>
internal sealed class RetentionRecords(IRegistry registry)
{
    private const string Collection = "retention";
    private const string Last = "last";

    /// <summary>Null where there was none.</summary>
    public async Task<RetentionRun?> FindAsync(CancellationToken cancellationToken) =>
        await registry.FindAsync(Collection, Last, cancellationToken).ConfigureAwait(false) is { Body: { } body } ? RetentionRun.Parser.ParseFrom(body.Span) : null;

    public Task WriteAsync(RetentionRun run, CancellationToken cancellationToken) =>
        registry.WriteAsync(Collection, Last, run.ToByteArray(), null, cancellationToken);
}
