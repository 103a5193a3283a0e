using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Copying;

/// <summary>Makes a registry hold what another one holds, and says where it does not.</summary>
internal static class RegistryCopy
{
    /// <summary>Documents come in the order in which they were written; what the source has not goes.</summary>
    public static async Task RunAsync(IRegistry source, IRegistry target, CancellationToken cancellationToken)
    {
        foreach (var collection in await CollectionsAsync(source, target, cancellationToken))
        {
            var (wanted, there) = (await ReadAsync(source, collection, cancellationToken), await ReadAsync(target, collection, cancellationToken));
            foreach (var (id, body) in wanted.Where(one => !IsSame(there, one.Key, one.Value)))
                await target.WriteAsync(collection, id, body, expectedRevision: null, cancellationToken);
            foreach (var id in there.Keys.Where(id => !wanted.ContainsKey(id)))
                await target.WriteAsync(collection, id, body: null, expectedRevision: null, cancellationToken);
        }
    }

    public static async Task CompareAsync(IRegistry source, IRegistry target, Differences differences, CancellationToken cancellationToken)
    {
        foreach (var collection in await CollectionsAsync(source, target, cancellationToken))
        {
            var (left, right) = (await ReadAsync(source, collection, cancellationToken), await ReadAsync(target, collection, cancellationToken));
            foreach (var id in left.Keys.Union(right.Keys, StringComparer.Ordinal))
            {
                if (!left.TryGetValue(id, out var body) || !IsSame(right, id, body))
                    differences.Add("The document {0} of {1} is another in the copy.", id, collection);
            }
        }
    }

    private static bool IsSame(Dictionary<string, ReadOnlyMemory<byte>> documents, string id, ReadOnlyMemory<byte> body) =>
        documents.TryGetValue(id, out var other) && other.Span.SequenceEqual(body.Span);

    private static async Task<IEnumerable<string>> CollectionsAsync(IRegistry source, IRegistry target, CancellationToken cancellationToken) =>
        (await source.ReadCollectionsAsync(cancellationToken)).Union(await target.ReadCollectionsAsync(cancellationToken), StringComparer.Ordinal);

    // A collection is small enough: the largest are bounded by what keeps them.
    private static async Task<Dictionary<string, ReadOnlyMemory<byte>>> ReadAsync(IRegistry registry, string collection, CancellationToken cancellationToken)
    {
        var documents = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        await foreach (var page in registry.ReadPagesAsync(collection, afterRevision: 0, cancellationToken))
        {
            foreach (var document in page)
            {
                if (document.Body is { } body)
                    documents.Add(document.Id, body);
            }
        }

        return documents;
    }
}
