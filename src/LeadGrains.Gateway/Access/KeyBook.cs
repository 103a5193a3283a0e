using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using LeadGrains.Grains;
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
        if (await RemoveLongRevokedAsync(cancellationToken) >= MostKeys)
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
        var uses = (await ReadAsync(KeyRecords.Uses, cancellationToken)).ToDictionary(one => one.Id, KeyRecords.ReadUse, StringComparer.Ordinal);
        return [.. (await ReadAsync(KeyRecords.Keys, cancellationToken))
            .Select(one => KeyRecords.List(one.Id, KeyRecords.Read(one), uses.GetValueOrDefault(one.Id)))
            .OrderBy(one => one.CreatedAt).ThenBy(one => one.Id, StringComparer.Ordinal)];
    }

    /// <summary>Ends a key. Gives what it was; null where there is none. One that is revoked already stays as it is.</summary>
    public async Task<KeyListing?> RevokeAsync(string id, Caller by, CancellationToken cancellationToken)
    {
        while (await registry.FindAsync(KeyRecords.Keys, id, cancellationToken) is { } found)
        {
            // Of one that cannot be read nothing is left but that there was one.
            var document = KeyRecords.Read(found) ?? new ApiKey { Workspace = Workspaces.Default, Name = "unreadable", CreatedAt = Timestamp.FromDateTimeOffset(clock.GetUtcNow()) };
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

    // So that keys can be renewed for ever: one stays as long as the trail of what was done with it. Gives how many stay.
    private async Task<int> RemoveLongRevokedAsync(CancellationToken cancellationToken)
    {
        var oldest = clock.GetUtcNow() - AuditTrail.Age;
        var kept = 0;
        foreach (var key in await ReadAsync(KeyRecords.Keys, cancellationToken))
        {
            if (KeyRecords.Read(key)?.RevokedAt is not { } revoked || revoked.ToDateTimeOffset() >= oldest)
            {
                kept++;
                continue;
            }

            await registry.WriteAsync(KeyRecords.Uses, key.Id, body: null, expectedRevision: null, cancellationToken);
            await registry.WriteAsync(KeyRecords.Keys, key.Id, body: null, key.Revision, cancellationToken);
        }

        return kept;
    }

    private async Task<List<RegistryDocument>> ReadAsync(string collection, CancellationToken cancellationToken)
    {
        var found = new List<RegistryDocument>();
        await foreach (var page in registry.ReadPagesAsync(collection, afterRevision: 0, cancellationToken))
            found.AddRange(page.Where(one => one.Body is not null));
        return found;
    }
}
