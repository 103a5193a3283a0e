namespace LeadGrains.Grains.Storage;

/// <summary>
/// Small documents that operators make, such as keys, and how far deliveries came. Not for signals. Several processes may use
/// one registry at a time. Called from any thread.
/// </summary>
/// <remarks>
/// What is removed leaves its id behind, so that whoever follows a collection hears of it. Where documents come and go, use
/// ids again.
/// </remarks>
public interface IRegistry : IAsyncDisposable
{
    /// <summary>The collections that hold a document, or held one, in the order of their names.</summary>
    Task<IReadOnlyList<string>> ReadCollectionsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Of a collection, the newest state of each document written after a revision, in the order of revisions; removed ones
    /// with no body.
    /// </summary>
    /// <param name="collection">Which.</param>
    /// <param name="afterRevision">0 begins with the oldest.</param>
    /// <param name="limit">1 to <see cref="RegistryLimits.Documents"/>. Fewer come where there are no more.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<RegistryDocument>> ReadAsync(string collection, long afterRevision, int limit, CancellationToken cancellationToken);

    /// <summary>One document; null where there is none.</summary>
    Task<RegistryDocument?> FindAsync(string collection, string id, CancellationToken cancellationToken);

    /// <summary>
    /// Writes a document, or removes it, where it still has the expected revision. Revisions rise over the whole registry in
    /// the order in which writes become visible. Durable when done.
    /// </summary>
    /// <param name="collection">1 to 64 of a-z, 0-9 and -.</param>
    /// <param name="id">1 to 256 characters, none of them a control character.</param>
    /// <param name="body">At most <see cref="RegistryLimits.BodyBytes"/>; null removes. In a conditional expression write `default(ReadOnlyMemory&lt;byte&gt;?)`: a bare null becomes no bytes there.</param>
    /// <param name="expectedRevision">0: there is none. Null: whatever there is.</param>
    /// <param name="cancellationToken">Gives up; what has become of the write is then unknown.</param>
    /// <returns>The new revision; null where the document has another than the expected one.</returns>
    Task<long?> WriteAsync(string collection, string id, ReadOnlyMemory<byte>? body, long? expectedRevision, CancellationToken cancellationToken);
}

/// <summary>One document as of its latest write.</summary>
/// <param name="Id">Its name within the collection.</param>
/// <param name="Revision">From 1.</param>
/// <param name="Body">A message of leadgrains.registry.v1; null where it was removed.</param>
public sealed record RegistryDocument(string Id, long Revision, ReadOnlyMemory<byte>? Body);
