using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using LeadGrains.Grains.Storage;
using LeadGrains.Registry.V1;

namespace LeadGrains.Gateway.Access;

/// <summary>Keys as the registry keeps them.</summary>
internal static class KeyRecords
{
    public const string Keys = "keys";
    public const string Uses = "key-use";

    private static readonly (KeyScopes Scope, KeyScope Stored)[] Scopes =
    [
        (KeyScopes.Ingest, KeyScope.Ingest), (KeyScopes.Read, KeyScope.Read), (KeyScopes.Model, KeyScope.Model), (KeyScopes.Admin, KeyScope.Admin),
    ];

    public static KeyScopes ScopesOf(ApiKey document) =>
        Scopes.Where(one => document.Scopes.Contains(one.Stored)).Aggregate(KeyScopes.None, (all, one) => all | one.Scope);

    /// <summary>A new key, of which only the secret's hash is kept.</summary>
    public static ApiKey Write(NewKey key, string secret, DateTimeOffset now)
    {
        var hash = new byte[KeyText.HashBytes];
        KeyText.Hash(secret, hash);
        var document = new ApiKey
        {
            Workspace = key.Workspace,
            Name = key.Name,
            SecretHash = ByteString.CopyFrom(hash),
            CreatedAt = Timestamp.FromDateTimeOffset(now),
            ExpiresAt = key.Lifetime is { } lifetime ? Timestamp.FromDateTimeOffset(now + lifetime) : null,
            SignalsPerSecond = key.SignalsPerSecond,
            QueriesPerSecond = key.QueriesPerSecond,
        };
        document.Scopes.AddRange(Scopes.Where(one => key.Scopes.HasFlag(one.Scope)).Select(one => one.Stored));
        document.Origins.AddRange(key.Origins);
        return document;
    }

    /// <summary>The key of a document; null for one that was removed, and one that cannot be read, which lets nobody in and keeps no other from being followed.</summary>
    public static ApiKey? Read(RegistryDocument document) =>
        Parse(ApiKey.Parser, document) is { CreatedAt: not null } key && AreInstants(key.CreatedAt, key.ExpiresAt, key.RevokedAt) ? key : null;

    /// <summary>When a key was used last; null where that cannot be read.</summary>
    public static KeyUse? ReadUse(RegistryDocument document) =>
        Parse(KeyUse.Parser, document) is { LastUsedAt: not null } use && AreInstants(use.LastUsedAt) ? use : null;

    /// <param name="id">The key's.</param>
    /// <param name="document">Null where it cannot be read.</param>
    /// <param name="use">Null where it was not used yet.</param>
    public static KeyListing List(string id, ApiKey? document, KeyUse? use) => document is null
        ? new(id, "", "", KeyScopes.None, default, null, null, null, [], 0, 0) { IsReadable = false }
        : new(
            id, document.Workspace, document.Name, ScopesOf(document), document.CreatedAt.ToDateTimeOffset(), use?.LastUsedAt.ToDateTimeOffset(),
            document.ExpiresAt?.ToDateTimeOffset(), document.RevokedAt?.ToDateTimeOffset(), [.. document.Origins],
            document.SignalsPerSecond, document.QueriesPerSecond);

    private static TMessage? Parse<TMessage>(MessageParser<TMessage> parser, RegistryDocument document)
        where TMessage : class, IMessage<TMessage>
    {
        try
        {
            return document.Body is { } body ? parser.ParseFrom(body.Span) : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static bool AreInstants(params ReadOnlySpan<Timestamp?> all)
    {
        foreach (var one in all)
        {
            if (one is not null && (one.Seconds < DateTimeOffset.MinValue.ToUnixTimeSeconds() || one.Seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds() || one.Nanos is < 0 or > 999_999_999))
                return false;
        }

        return true;
    }
}
