using System.Text;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Storage;

/// <summary>
/// Where grains rest. Their rows are kept by generation: all of one are scored under one model. One is active; another
/// is filled beside it while a model is tried or published, and takes its place in one step, or goes without a trace.
/// </summary>
public interface IGrainStore : IAsyncDisposable
{
    /// <summary>How many partitions the store was created with. Fixed for its life.</summary>
    int PartitionCount { get; }

    /// <summary>The generation that is served.</summary>
    IGrainGeneration Active { get; }

    /// <summary>All models, oldest first.</summary>
    Task<IReadOnlyList<StoredModel>> ReadModelsAsync(CancellationToken cancellationToken);

    /// <summary>What the active generation is scored under; null in a new store.</summary>
    Task<ActiveModel?> ReadActiveModelAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Begins an empty generation. Unless it is activated it goes by <see cref="DropAsync"/>, or, once the store has been
    /// opened again, by <see cref="DropAbandonedAsync"/>.
    /// </summary>
    Task<IGrainGeneration> BeginGenerationAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Makes a model and a generation active, in one step: after a crash all of it has happened, or nothing. It is on
    /// disk when the task is done. The generation before stays readable until it is dropped.
    /// </summary>
    /// <exception cref="InvalidOperationException">The version of the added model is taken.</exception>
    Task ActivateAsync(ModelActivation activation, CancellationToken cancellationToken);

    /// <summary>
    /// Gives the room of a generation back, little by little, so that writes to others come between; nobody uses it any
    /// more. What is left of one that was given up goes by <see cref="DropAbandonedAsync"/> of a later process.
    /// </summary>
    /// <param name="generation">Which.</param>
    /// <param name="cancellationToken">Gives up between two steps.</param>
    /// <exception cref="InvalidOperationException">It is the active one.</exception>
    Task DropAsync(IGrainGeneration generation, CancellationToken cancellationToken);

    /// <summary>The same for what an earlier process began and did not activate, or had not dropped to the end.</summary>
    Task DropAbandonedAsync(CancellationToken cancellationToken);
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

    /// <summary>For people who query: <see cref="GrainSummary.Unread"/> when the row is read by its key.</summary>
    public required GrainSummary Summary { get; init; }

    /// <summary>
    /// Where the store has the row, for the store alone to know; 0 where it was neither read nor written before. A store
    /// sets it when it reads or writes the row. Who gives it back vouches that nobody else has written the row since, so
    /// that the store looks for nothing.
    /// </summary>
    public long Place { get; set; }

    /// <summary>The row as it was read.</summary>
    public RestingGrain AtRest => new(State, Seen, Place);

    /// <summary>
    /// Remembered chunks beside the state, by number. When read: all. When written: those that have become full.
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
/// <param name="TraitsJson">All traits as a JSON object. A store may put U+FFFD in the place of U+0000.</param>
/// <param name="UpdatedAt">The instant that the figures are stated for.</param>
public sealed record GrainSummary(
    string Name, string AccountId, double Fit, double Intent, double IntentPoints, string Stage, string TraitsJson, Instant UpdatedAt)
{
    /// <summary>Stands for the summary of a row that was read by its key: only pages read it back.</summary>
    public static GrainSummary Unread { get; } = new("", "", 0, 0, 0, "", "{}", Instant.Epoch);
}

/// <summary>Columns for people of one grain.</summary>
public readonly record struct SummaryRow(GrainKey Key, int Partition, GrainSummary Summary);

/// <summary>What a restart reads of one grain. Its bytes are valid until the next row is asked for.</summary>
/// <param name="Workspace">Of the grain's key.</param>
/// <param name="Kind">Of the grain's key.</param>
/// <param name="IdUtf8">The id of the grain's key in UTF-8.</param>
/// <param name="Partition">Its partition, from 0.</param>
/// <param name="Version">As <see cref="GrainRow.Version"/>.</param>
/// <param name="ModelVersion">The model it was scored under.</param>
/// <param name="Stage">The held stage.</param>
/// <param name="Resident">A ResidentState message.</param>
/// <param name="Place">As <see cref="GrainRow.Place"/>; 0 where the store keeps none.</param>
public readonly record struct ResidentRow(
    string Workspace, GrainKind Kind, ReadOnlyMemory<byte> IdUtf8, int Partition, long Version, uint ModelVersion, string Stage,
    ReadOnlyMemory<byte> Resident, long Place = 0)
{
    /// <summary>The grain's address, with a text of its own for the id.</summary>
    public GrainKey Key => new(Workspace, Kind, Encoding.UTF8.GetString(IdUtf8.Span));
}

/// <summary>What a grain is brought back to life from.</summary>
/// <param name="State">As <see cref="GrainRow.State"/>.</param>
/// <param name="Seen">As <see cref="GrainRow.Seen"/>.</param>
/// <param name="Place">As <see cref="GrainRow.Place"/>.</param>
public readonly record struct RestingGrain(ReadOnlyMemory<byte> State, IReadOnlyList<SeenChunk> Seen, long Place);

/// <summary>At most 256 remembered signals of one grain, as 64-bit hashes.</summary>
/// <param name="Number">From 0, rising.</param>
/// <param name="FirstReceived">Receiving time of its first signal.</param>
/// <param name="LastReceived">Receiving time of its last signal; ageing out goes by this.</param>
/// <param name="Hashes">8 bytes each, little-endian, in the order of arrival.</param>
public sealed record SeenChunk(int Number, Instant FirstReceived, Instant LastReceived, ReadOnlyMemory<byte> Hashes);

/// <summary>A scoring model as it was published.</summary>
public sealed record StoredModel(
    uint Version, ReadOnlyMemory<byte> ContentHash, string Yaml, string PublishedBy, Instant PublishedAt, string Comment)
{
    /// <summary>How it was made active the last time: when it was published, or by a rollback to it.</summary>
    public ActivationNote Activated { get; init; } = new(PublishedBy, PublishedAt, Comment);
}

/// <summary>Who made a model the active one, when, and why.</summary>
public sealed record ActivationNote(string By, Instant At, string Comment);

/// <summary>What the active generation is scored under.</summary>
/// <param name="Version">The version of the model.</param>
/// <param name="After">
/// By partition, the sequence of the last entry before the model became active; 0 where it was active from the start.
/// The entry after it says so in the journal.
/// </param>
public sealed record ActiveModel(uint Version, IReadOnlyList<long> After);

/// <summary>A model becomes the active one.</summary>
public sealed record ModelActivation
{
    /// <summary>Which, and from where on.</summary>
    public required ActiveModel Active { get; init; }

    /// <summary>The model itself where the store does not have it yet.</summary>
    public StoredModel? Added { get; init; }

    /// <summary>How a model that the store has is made active again; null leaves what it says of that.</summary>
    public ActivationNote? Again { get; init; }

    /// <summary>What was scored under it; null leaves the active generation, which must be empty.</summary>
    public IGrainGeneration? Generation { get; init; }
}
