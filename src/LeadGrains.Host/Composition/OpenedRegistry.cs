using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Embedded.Sqlite;
using LeadGrains.Storage.Postgres;

namespace LeadGrains.Host.Composition;

/// <summary>Opens the registry alone, also beside a server that uses it.</summary>
internal static class OpenedRegistry
{
    /// <summary>Opens it, and makes it where there is none.</summary>
    /// <exception cref="StoreUnusableException">It cannot be used. The message says what to do.</exception>
    public static async Task<IRegistry> OpenAsync(StoreLocation location, TimeProvider clock, CancellationToken cancellationToken) => location.IsDatabase
        ? await PostgresRegistry.OpenAsync(location.Text, ProcessRandomness.NewId(), partitionCount: null, clock, cancellationToken)
        : SqliteRegistry.Open(location.Text);
}
