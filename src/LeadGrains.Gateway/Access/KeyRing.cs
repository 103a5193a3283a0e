using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using LeadGrains.Grains.Storage;
using LeadGrains.Registry.V1;

namespace LeadGrains.Gateway.Access;

/// <summary>
/// The keys that the registry has, as of the latest reading. Where the registry is away, those known last stay in force.
/// One task at a time reads and writes; calls only look.
/// </summary>
/// <param name="registry">Has them.</param>
/// <param name="clock">The time.</param>
/// <param name="nodes">How many servers share what a key may, this one counted; null for this one alone.</param>
internal sealed class KeyRing(IRegistry registry, TimeProvider clock, Func<int>? nodes = null) : IDisposable
{
    /// <summary>How long a use stays unwritten after the one before it.</summary>
    public static readonly TimeSpan BetweenUses = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _firstKey = new();
    private readonly Dictionary<string, DateTimeOffset> _usesWritten = new(StringComparer.Ordinal);
    private KeySet? _known;
    private bool _areNeeded;
    private long _revision;

    /// <summary>The keys; null before they were read.</summary>
    public KeySet? Known => Volatile.Read(ref _known);

    /// <summary>Whether every caller needs one: once there was a key, for good.</summary>
    public bool AreNeeded => Volatile.Read(ref _areNeeded);

    /// <summary>Cancelled when callers begin to need one.</summary>
    public CancellationToken FirstKey => _firstKey.Token;

    /// <summary>Reads what has changed. Streams of keys that are in force no more end.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await foreach (var changes in registry.ReadPagesAsync(KeyRecords.Keys, _revision, cancellationToken))
            Take(changes);
        foreach (var key in Known!.All.Where(key => key.IsRevoked || key.HasExpired(clock)))
            key.End();
    }

    /// <summary>Writes which keys were used, at most once a minute for each.</summary>
    public async Task WriteUsesAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        foreach (var key in Known!.All.Where(key => !_usesWritten.TryGetValue(key.Id, out var last) || now - last >= BetweenUses))
        {
            if (!key.TakeUse())
                continue;
            _usesWritten[key.Id] = now;
            var use = new KeyUse { LastUsedAt = Timestamp.FromDateTimeOffset(now) };
            await registry.WriteAsync(KeyRecords.Uses, key.Id, use.ToByteArray(), expectedRevision: null, cancellationToken);
        }
    }

    /// <summary>Nobody looks any more.</summary>
    public void Dispose()
    {
        foreach (var key in Known?.All ?? [])
            key.Dispose();
        _firstKey.Dispose();
    }

    private void Take(IReadOnlyList<RegistryDocument> changes)
    {
        if (changes.Count == 0 && Known is not null)
            return;
        var keys = Known?.All.ToDictionary(key => key.Id, StringComparer.Ordinal) ?? [];
        var ended = new List<KnownKey>();
        foreach (var change in changes)
        {
            if (keys.Remove(change.Id, out var before))
                ended.Add(before);
            if (KeyRecords.Read(change) is { } document)
                keys.Add(change.Id, new KnownKey(change.Id, document, clock, nodes));
        }

        _revision = changes.Count > 0 ? changes[^1].Revision : _revision;

        // Before the set, so that no call finds neither.
        if (changes.Count > 0)
            Volatile.Write(ref _areNeeded, true);
        Volatile.Write(ref _known, new KeySet(keys.Values));
        foreach (var key in ended)
            key.Dispose();
        if (AreNeeded)
            _firstKey.Cancel();
    }
}
