using System.Collections.Frozen;
using System.Security.Cryptography;
using LeadGrains.Registry.V1;

namespace LeadGrains.Gateway.Access;

/// <summary>One key of the registry, as calls are checked against it.</summary>
internal sealed class KnownKey : IDisposable
{
    private static readonly byte[] NoHash = new byte[KeyText.HashBytes];

    private readonly byte[] _hash;
    private readonly DateTimeOffset? _expiresAt;
    private readonly FrozenSet<string>? _origins;
    private readonly CancellationTokenSource _ended = new();
    private bool _isUsed;

    /// <param name="id">Its id.</param>
    /// <param name="document">As the registry has it.</param>
    /// <param name="clock">Measures its limits.</param>
    /// <param name="nodes">How many share them.</param>
    public KnownKey(string id, ApiKey document, TimeProvider clock, Func<int>? nodes)
    {
        Id = id;
        var hash = document.SecretHash.ToByteArray();
        IsRevoked = document.RevokedAt is not null || hash.Length != KeyText.HashBytes;
        _hash = IsRevoked ? NoHash : hash;
        _expiresAt = document.ExpiresAt?.ToDateTimeOffset();
        _origins = document.Origins.Count > 0 ? document.Origins.ToFrozenSet(StringComparer.OrdinalIgnoreCase) : null;
        Caller = new Caller(document.Workspace, document.Name, KeyRecords.ScopesOf(document), id)
        {
            Ended = _ended.Token,
            IsPublic = _origins is not null,
            Allowance = AllowanceOf(document, clock, nodes),
        };
    }

    public string Id { get; }

    public bool IsRevoked { get; }

    public Caller Caller { get; }

    /// <summary>Whether pages alone may use it.</summary>
    public bool IsForPages => _origins is not null;

    /// <summary>Whether it is one that a key's text speaks of; as long for one that is not known at all.</summary>
    public static bool Fits(KnownKey? key, ReadOnlySpan<char> secret)
    {
        Span<byte> hash = stackalloc byte[KeyText.HashBytes];
        KeyText.Hash(secret, hash);
        return CryptographicOperations.FixedTimeEquals(hash, key?._hash ?? NoHash) & key is { IsRevoked: false };
    }

    public bool HasExpired(TimeProvider clock) => _expiresAt is { } end && clock.GetUtcNow() >= end;

    public bool AllowsOrigin(string origin) => _origins?.Contains(origin) == true;

    /// <summary>Notes that it was used. Written only where it changes something, so that cores do not take it from each other.</summary>
    public void Use()
    {
        if (!_isUsed)
            _isUsed = true;
    }

    /// <summary>Whether it was used since this was asked before.</summary>
    public bool TakeUse()
    {
        var was = _isUsed;
        _isUsed = false;
        return was;
    }

    /// <summary>Ends the streams that were opened with it.</summary>
    public void End() => _ended.Cancel();

    /// <summary>The same, for good.</summary>
    public void Dispose()
    {
        _ended.Cancel();
        _ended.Dispose();
    }

    private static KeyAllowance? AllowanceOf(ApiKey document, TimeProvider clock, Func<int>? nodes) =>
        document is { SignalsPerSecond: 0, QueriesPerSecond: 0 } ? null : new KeyAllowance(
            document.SignalsPerSecond > 0 ? new TokenBucket(document.SignalsPerSecond, clock, nodes) : null,
            document.QueriesPerSecond > 0 ? new TokenBucket(document.QueriesPerSecond, clock, nodes) : null);
}
