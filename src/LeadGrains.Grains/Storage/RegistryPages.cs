using System.Runtime.CompilerServices;

namespace LeadGrains.Grains.Storage;

/// <summary>Collections of a registry, page by page.</summary>
public static class RegistryPages
{
    /// <summary>What was written to a collection after a revision, as <see cref="IRegistry.ReadAsync"/> gives it, to its end. The last page may be empty.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<RegistryDocument>> ReadPagesAsync(
        this IRegistry registry, string collection, long afterRevision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var page = await registry.ReadAsync(collection, afterRevision, RegistryLimits.Documents, cancellationToken).ConfigureAwait(false);
            yield return page;
            if (page.Count < RegistryLimits.Documents)
                yield break;
            afterRevision = page[^1].Revision;
        }
    }
}
