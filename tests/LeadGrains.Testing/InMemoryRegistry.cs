using LeadGrains.Grains.Storage;

namespace LeadGrains.Testing;

/// <summary>A registry without a disk. Can be made to fail, as a database that is away does.</summary>
public sealed class InMemoryRegistry : IRegistry
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Collection, string Id), RegistryDocument> _documents = [];
    private long _revision;

    /// <summary>What everything fails with; null lets everything be done.</summary>
    public Exception? Failure { get; set; }

    public Task<IReadOnlyList<string>> ReadCollectionsAsync(CancellationToken cancellationToken) => Locked<IReadOnlyList<string>>(
        () => [.. _documents.Keys.Select(key => key.Collection).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);

    public Task<IReadOnlyList<RegistryDocument>> ReadAsync(string collection, long afterRevision, int limit, CancellationToken cancellationToken)
    {
        RegistryLimits.CheckCollection(collection);
        RegistryLimits.CheckLimit(limit);
        return Locked<IReadOnlyList<RegistryDocument>>(() =>
            [.. _documents.Where(one => one.Key.Collection == collection && one.Value.Revision > afterRevision)
                .Select(one => one.Value).OrderBy(one => one.Revision).Take(limit)]);
    }

    public Task<RegistryDocument?> FindAsync(string collection, string id, CancellationToken cancellationToken)
    {
        RegistryLimits.CheckCollection(collection);
        RegistryLimits.CheckId(id);
        return Locked(() => _documents.GetValueOrDefault((collection, id)) is { Body: not null } found ? found : null);
    }

    public Task<long?> WriteAsync(
        string collection, string id, ReadOnlyMemory<byte>? body, long? expectedRevision, CancellationToken cancellationToken)
    {
        RegistryLimits.CheckCollection(collection);
        RegistryLimits.CheckId(id);
        RegistryLimits.CheckBody(body);
        return Locked<long?>(() =>
        {
            var there = _documents.GetValueOrDefault((collection, id)) is { Body: not null } found ? found.Revision : 0;
            if (expectedRevision is { } expected && expected != there)
                return null;
            ReadOnlyMemory<byte>? kept = body is { } bytes ? bytes.ToArray() : default(ReadOnlyMemory<byte>?);
            _documents[(collection, id)] = new RegistryDocument(id, ++_revision, kept);
            return _revision;
        });
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task<T> Locked<T>(Func<T> work)
    {
        if (Failure is { } failure)
            return Task.FromException<T>(failure);
        lock (_lock)
            return Task.FromResult(work());
    }
}
