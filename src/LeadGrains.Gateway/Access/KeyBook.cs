using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using LeadGrains.Grains.Storage;
using LeadGrains.Registry.V1;

namespace LeadGrains.Gateway.Access;

/// <summary>Makes, lists and revokes keys, straight in the registry. Servers that use it follow.</summary>
/// <param name="registry">Where they are kept.</param>
/// <param name="clock">The time.</param>
public sealed class KeyBook(IRegistry registry, TimeProvider clock)
{
    /// <summary>Keys that a registry has at most, those among them that were revoked in the last 400 days.</summary>
    public const int MostKeys = 10_000;

    // As long as the trail of what was done with it.
    private static readonly TimeSpan RevokedKept = TimeSpan.FromDays(400);

    private readonly AuditTrail _audit = new(registry, clock);

    /// <summary>Whether there is a key, or was one: then every caller needs one.</summary>
    public async Task<bool> HasAnyAsync(CancellationToken cancellationToken) =>
        (await registry.ReadAsync(KeyRecords.Keys, 0, 1, cancellationToken)).Count > 0;

    /// <summary>Makes a key. What it gives is the only copy of it.</summary>
    /// <param name="key">Without <see cref="NewKey.Fault"/>.</param>
    /// <param name="id"><see cref="KeyText.IdLetters"/> drawn at random.</param>
    /// <param name="secret"><see cref="KeyText.SecretLetters"/> drawn at random, for this key alone.</param>
    /// <param name="by">Who makes it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">It has a fault.</exception>
    /// <exception cref="InvalidOperationException">There are too many keys, or one of this id.</exception>
    public async Task<string> CreateAsync(NewKey key, string id, string secret, Caller by, CancellationToken cancellationToken)
    {
        if (key.Fault is { } fault)
            throw new ArgumentException(fault, nameof(key));
        await RemoveLongRevokedAsync(cancellationToken);
        if ((await ReadAsync(cancellationToken)).Count >= MostKeys)
            throw new InvalidOperationException($"There are {MostKeys} keys, revoked ones among them, and no registry takes more.");
        var document = KeyRecords.Write(key, secret, clock.GetUtcNow());
        if (await registry.WriteAsync(KeyRecords.Keys, id, document.ToByteArray(), expectedRevision: 0, cancellationToken) is null)
            throw new InvalidOperationException($"There is a key {id} already.");
        await _audit.RecordAsync(by with { Workspace = key.Workspace }, AuditActions.KeyCreated, id, cancellationToken);
        return KeyText.Write(id, secret);
    }

    /// <summary>All keys, oldest first.</summary>
    public async Task<IReadOnlyList<KeyListing>> ListAsync(CancellationToken cancellationToken)
    {
        var uses = (await ReadAsync(KeyRecords.Uses, cancellationToken)).ToDictionary(one => one.Id, one => KeyUse.Parser.ParseFrom(one.Body!.Value.Span), StringComparer.Ordinal);
        return [.. (await ReadAsync(cancellationToken))
            .Select(one => KeyRecords.List(one.Id, ApiKey.Parser.ParseFrom(one.Body!.Value.Span), uses.GetValueOrDefault(one.Id)))
            .OrderBy(one => one.CreatedAt).ThenBy(one => one.Id, StringComparer.Ordinal)];
    }

    /// <summary>Ends a key. Gives what it was; null where there is none. One that is revoked already stays as it is.</summary>
    public async Task<KeyListing?> RevokeAsync(string id, Caller by, CancellationToken cancellationToken)
    {
        while (await registry.FindAsync(KeyRecords.Keys, id, cancellationToken) is { } found)
        {
            var document = ApiKey.Parser.ParseFrom(found.Body!.Value.Span);
            if (document.RevokedAt is not null)
                return KeyRecords.List(id, document, use: null);
            document.RevokedAt = Timestamp.FromDateTimeOffset(clock.GetUtcNow());
            document.SecretHash = ByteString.Empty;
            if (await registry.WriteAsync(KeyRecords.Keys, id, document.ToByteArray(), found.Revision, cancellationToken) is null)
                continue;
            await _audit.RecordAsync(by with { Workspace = document.Workspace }, AuditActions.KeyRevoked, id, cancellationToken);
            return KeyRecords.List(id, document, use: null);
        }

        return null;
    }

    // So that keys can be renewed for ever.
    private async Task RemoveLongRevokedAsync(CancellationToken cancellationToken)
    {
        var oldest = clock.GetUtcNow() - RevokedKept;
        foreach (var key in await ReadAsync(cancellationToken))
        {
            if (KeyRecords.Read(key)?.RevokedAt is not { } revoked || revoked.ToDateTimeOffset() >= oldest)
                continue;
            await registry.WriteAsync(KeyRecords.Uses, key.Id, body: null, expectedRevision: null, cancellationToken);
            await registry.WriteAsync(KeyRecords.Keys, key.Id, body: null, key.Revision, cancellationToken);
        }
    }

    private Task<List<RegistryDocument>> ReadAsync(CancellationToken cancellationToken) => ReadAsync(KeyRecords.Keys, cancellationToken);

    private async Task<List<RegistryDocument>> ReadAsync(string collection, CancellationToken cancellationToken)
    {
        var found = new List<RegistryDocument>();
        IReadOnlyList<RegistryDocument> page = [];
        do
        {
            page = await registry.ReadAsync(collection, page.Count > 0 ? page[^1].Revision : 0, RegistryLimits.Documents, cancellationToken);
            found.AddRange(page.Where(one => one.Body is not null));
        }
        while (page.Count == RegistryLimits.Documents);
        return found;
    }
}
