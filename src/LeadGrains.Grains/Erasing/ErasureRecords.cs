using Google.Protobuf;
using LeadGrains.Grains.Storage;
using LeadGrains.Registry.V1;

namespace LeadGrains.Grains.Erasing;

/// <summary>Tombstones and erasures in the registry, which are there before anything of an erasure is in the journal.</summary>
internal sealed class ErasureRecords(IRegistry registry, ReadOnlyMemory<byte> newSecret, Tombstones tombstones) : IDisposable
{
    private const string Secrets = "secrets";
    private const string SecretId = "tombstones";
    private const string TombstoneCollection = "tombstones";
    private const string Erasures = "erasures";
    private const int AtOnce = 1_000;

    private readonly SemaphoreSlim _loading = new(1, 1);
    private long _loadedRevision;
    private bool _hasSecret;

    /// <summary>Takes in what has been written since the last time. Before partitions are read, so that nobody comes back.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_hasSecret)
                tombstones.TakeSecret(await SecretAsync(cancellationToken).ConfigureAwait(false));
            _hasSecret = true;
            IReadOnlyList<RegistryDocument> some;
            do
            {
                some = await registry.ReadAsync(TombstoneCollection, _loadedRevision, AtOnce, cancellationToken).ConfigureAwait(false);
                tombstones.Add(some.Where(one => one.Body is not null).Select(one => Tombstone.Parse(one.Id)).OfType<Tombstone>());
                _loadedRevision = some.Count > 0 ? some[^1].Revision : _loadedRevision;
            }
            while (some.Count == AtOnce);
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>Writes the record of an erasure first, then the tombstones: these are not seen without it.</summary>
    public async Task BeginAsync(Erasure erasure, CancellationToken cancellationToken)
    {
        await WriteAsync(erasure, cancellationToken).ConfigureAwait(false);
        var body = new Registry.V1.ErasedId { Erasure = erasure.Tombstones[0] }.ToByteArray();
        foreach (var tombstone in erasure.Tombstones)
            await registry.WriteAsync(TombstoneCollection, NameOf(tombstone), body, null, cancellationToken).ConfigureAwait(false);
    }

    public Task WriteAsync(Erasure erasure, CancellationToken cancellationToken) =>
        registry.WriteAsync(Erasures, NameOf(erasure.Tombstones[0]), erasure.ToByteArray(), null, cancellationToken);

    /// <summary>Takes back what was begun and never came to the journal.</summary>
    public async Task RemoveAsync(Erasure erasure, CancellationToken cancellationToken)
    {
        foreach (var tombstone in erasure.Tombstones)
            await registry.WriteAsync(TombstoneCollection, NameOf(tombstone), null, null, cancellationToken).ConfigureAwait(false);
        await registry.WriteAsync(Erasures, NameOf(erasure.Tombstones[0]), null, null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The erasure by which an id went; null where none did.</summary>
    public async Task<Erasure?> FindAsync(Tombstone tombstone, CancellationToken cancellationToken)
    {
        if (await registry.FindAsync(TombstoneCollection, tombstone.ToString(), cancellationToken).ConfigureAwait(false) is not { Body: { } id })
            return null;
        var name = NameOf(Registry.V1.ErasedId.Parser.ParseFrom(id.Span).Erasure);
        return await registry.FindAsync(Erasures, name, cancellationToken).ConfigureAwait(false) is { Body: { } body } ? Erasure.Parser.ParseFrom(body.Span) : null;
    }

    /// <summary>Those that are not finished.</summary>
    public async Task<List<Erasure>> UnfinishedAsync(CancellationToken cancellationToken)
    {
        var unfinished = new List<Erasure>();
        for (long after = 0; ;)
        {
            var some = await registry.ReadAsync(Erasures, after, AtOnce, cancellationToken).ConfigureAwait(false);
            unfinished.AddRange(some.Select(one => one.Body).OfType<ReadOnlyMemory<byte>>()
                .Select(body => Erasure.Parser.ParseFrom(body.Span)).Where(erasure => !erasure.HasFinishedAtTicks));
            if (some.Count < AtOnce)
                return unfinished;
            after = some[^1].Revision;
        }
    }

    public void Dispose() => _loading.Dispose();

    // Several may start at a time: the first one's secret is everybody's.
    private async Task<ReadOnlyMemory<byte>> SecretAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await registry.FindAsync(Secrets, SecretId, cancellationToken).ConfigureAwait(false) is { Body: { } body })
                return TombstoneSecret.Parser.ParseFrom(body.Span).Secret.Memory;
            var made = new TombstoneSecret { Secret = ByteString.CopyFrom(newSecret.Span) }.ToByteArray();
            await registry.WriteAsync(Secrets, SecretId, made, 0, cancellationToken).ConfigureAwait(false);
        }
    }

    private static string NameOf(ByteString tombstone) => Tombstone.From(tombstone.Span).ToString();
}
