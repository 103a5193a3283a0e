namespace LeadGrains.Grains.Storage;

/// <summary>The rows of all grains, scored under one model: by key, what a restart reads in one pass, and checkpoints.</summary>
public interface IGrainGeneration
{
    /// <summary>Per partition, the sequence up to which every grain's row holds all its entries.</summary>
    Task<IReadOnlyList<long>> ReadCheckpointsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// What ranking and roll-up need of every grain of the partitions, in one pass. Called once for each range at
    /// start, where ranges are read in parallel, and beside writes by who looks for rows that are too old. The rows come in any order, and a row's bytes are valid until the next one is
    /// asked for, so that a store allocates nothing for each.
    /// </summary>
    IEnumerable<ResidentRow> ReadResidents(int firstPartition, int lastPartition, CancellationToken cancellationToken);

    /// <summary>
    /// Rows of the grains, in the order of the keys; null where there is none. One call fetches a batch's cold
    /// grains together. Called from any thread.
    /// </summary>
    Task<IReadOnlyList<GrainRow?>> ReadAsync(IReadOnlyList<GrainKey> keys, CancellationToken cancellationToken);

    /// <summary>
    /// States of grains at the places that <see cref="ReadResidents"/> told of, in the order of the places; nobody has
    /// dropped a row since. A grain's bytes are valid until the next one is asked for. Asked only where places are not 0,
    /// for many at once and with rising places, so that neighbours are read together. Called from several threads at a start.
    /// </summary>
    /// <exception cref="StoreUnusableException">There is no row at a place.</exception>
    IEnumerable<RestingGrain> ReadAt(IReadOnlyList<long> places, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The store keeps no places.");

    /// <summary>
    /// All that is kept of some grains of a partition, for a copy: rows with their resident bytes, all remembered chunks and
    /// the columns for people; and of grains without a row, as version 0, these columns alone. In rising order of kind,
    /// workspace and id, texts compared as UTF-8 bytes. Only where nobody writes: what one page says nothing ties to the next.
    /// </summary>
    /// <param name="partition">From 0.</param>
    /// <param name="after">Begins behind this key; null begins with the first.</param>
    /// <param name="atMost">From 1. Fewer come at the end alone.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<GrainRow>> ReadPageAsync(int partition, GrainKey? after, int atMost, CancellationToken cancellationToken);

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
}
