using LeadGrains.Scoring;

namespace LeadGrains.Grains.Storage;

/// <summary>Where grains rest: rows by key, what a restart reads in one pass, checkpoints and models.</summary>
public interface IGrainStore : IAsyncDisposable
{
    /// <summary>How many partitions the store was created with. Fixed for its life.</summary>
    int PartitionCount { get; }

    /// <summary>Per partition, the sequence up to which every grain's row holds all its entries.</summary>
    Task<IReadOnlyList<long>> ReadCheckpointsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// What ranking and roll-up need of every grain of the partitions, in one pass. Called once for each range at
    /// start; ranges are read in parallel. The rows come in any order.
    /// </summary>
    IEnumerable<ResidentRow> ReadResidents(int firstPartition, int lastPartition, CancellationToken cancellationToken);

    /// <summary>
    /// Rows of the grains, in the order of the keys; null where there is none. One call fetches a batch's cold
    /// grains together. Called from any thread.
    /// </summary>
    Task<IReadOnlyList<GrainRow?>> ReadAsync(IReadOnlyList<GrainKey> keys, CancellationToken cancellationToken);

    /// <summary>
    /// Writes rows of one partition in one transaction under the epoch. A row never replaces one of a higher version;
    /// one of the same version it does, since what a row owes to other partitions changes without an entry. Its
    /// remembered signals go with it. The rows' memory stays untouched until the task is done.
    /// </summary>
    Task WriteAsync(int partition, long epoch, IReadOnlyList<GrainRow> rows, CancellationToken cancellationToken);

    /// <summary>
    /// Refreshes the columns for people of grains whose score others have changed, in one transaction under the
    /// epoch. A grain that has no row yet gets these columns only: it is not among what is read back. One that has a
    /// row keeps its stage, which a restart reads, and its traits where none are given (an empty text).
    /// </summary>
    Task RefreshSummariesAsync(int partition, long epoch, IReadOnlyList<SummaryRow> rows, CancellationToken cancellationToken);

    /// <summary>Says that every entry up to the sequence is in the rows. Never goes back.</summary>
    Task SaveCheckpointAsync(int partition, long epoch, long sequence, CancellationToken cancellationToken);

    /// <summary>All models, oldest first.</summary>
    Task<IReadOnlyList<StoredModel>> ReadModelsAsync(CancellationToken cancellationToken);

    /// <summary>Adds a model under a version that is not taken. It is on disk when the task is done.</summary>
    /// <exception cref="InvalidOperationException">The version is taken.</exception>
    Task SaveModelAsync(StoredModel model, CancellationToken cancellationToken);
}

/// <summary>One grain at rest.</summary>
public sealed record GrainRow
{
    /// <summary>The grain's address.</summary>
    public required GrainKey Key { get; init; }

    /// <summary>Its partition, from 0.</summary>
    public required int Partition { get; init; }

    /// <summary>The greater of its last entry's sequence and that of the model entry it was scored under.</summary>
    public required long Version { get; init; }

    /// <summary>The model it was scored under.</summary>
    public required uint ModelVersion { get; init; }

    /// <summary>A ContactState or AccountState message.</summary>
    public required ReadOnlyMemory<byte> State { get; init; }

    /// <summary>A ResidentState message: what a restart reads. Empty when the row is read by its key.</summary>
    public required ReadOnlyMemory<byte> Resident { get; init; }

    /// <summary>For people who query: <see cref="GrainSummary.Unread"/> when read.</summary>
    public required GrainSummary Summary { get; init; }

    /// <summary>
    /// When read: all remembered chunks, by number. When written: those that are new or have grown.
    /// </summary>
    public required IReadOnlyList<SeenChunk> Seen { get; init; }

    /// <summary>Remembered chunks below this number are dropped.</summary>
    public required int FirstSeenChunk { get; init; }
}

/// <summary>Columns for SQL users, as of <see cref="UpdatedAt"/>.</summary>
/// <param name="Name">An account's display name; empty for contacts.</param>
/// <param name="AccountId">A contact's account; empty where unknown and for accounts.</param>
/// <param name="Fit">0 to 100.</param>
/// <param name="Intent">0 to 100, at <paramref name="UpdatedAt"/>.</param>
/// <param name="IntentPoints">Decayed points at <paramref name="UpdatedAt"/>.</param>
/// <param name="Stage">The held stage.</param>
/// <param name="TraitsJson">All traits as a JSON object.</param>
/// <param name="UpdatedAt">The instant that the figures are stated for.</param>
public sealed record GrainSummary(
    string Name, string AccountId, double Fit, double Intent, double IntentPoints, string Stage, string TraitsJson, Instant UpdatedAt)
{
    /// <summary>Stands for the summary of a row that was read: stores do not read it back.</summary>
    public static GrainSummary Unread { get; } = new("", "", 0, 0, 0, "", "{}", Instant.Epoch);
}

/// <summary>Columns for people of one grain.</summary>
public readonly record struct SummaryRow(GrainKey Key, int Partition, GrainSummary Summary);

/// <summary>What a restart reads of one grain.</summary>
public readonly record struct ResidentRow(
    GrainKey Key, int Partition, long Version, uint ModelVersion, string Stage, ReadOnlyMemory<byte> Resident);

/// <summary>At most 256 remembered signals of one grain, as 64-bit hashes.</summary>
/// <param name="Number">From 0, rising.</param>
/// <param name="FirstReceived">Receiving time of its first signal.</param>
/// <param name="LastReceived">Receiving time of its last signal; ageing out goes by this.</param>
/// <param name="Hashes">8 bytes each, little-endian, in the order of arrival.</param>
public sealed record SeenChunk(int Number, Instant FirstReceived, Instant LastReceived, ReadOnlyMemory<byte> Hashes);

/// <summary>A scoring model as it was published.</summary>
public sealed record StoredModel(
    uint Version, ReadOnlyMemory<byte> ContentHash, string Yaml, string PublishedBy, Instant PublishedAt, string Comment);
