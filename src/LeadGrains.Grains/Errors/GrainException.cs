namespace LeadGrains.Grains;

/// <summary>Why grains could not do what they were asked. The gateway maps each kind to one status.</summary>
public abstract class GrainException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>When trying again makes sense; null where it does not.</summary>
    public virtual TimeSpan? RetryAfter => null;
}

/// <summary>A queue is full. Parts of what was asked for may be done, where it was for several partitions; asking again for all is safe.</summary>
public sealed class OverloadedException() : GrainException("The server has more work than it can take. Try again shortly.")
{
    /// <inheritdoc/>
    public override TimeSpan? RetryAfter => TimeSpan.FromMilliseconds(100);
}

/// <summary>Only one model of a workspace at a time is published or built up. Nothing was done; try again when the other is ready.</summary>
public sealed class ModelBusyException() : GrainException("Another model of this workspace is being published, previewed or started as a shadow, or waits for its turn. Try again when that is done.");

/// <summary>A workspace's model needs more, beside what is there for other models, than there is room for. Nothing was done.</summary>
/// <param name="what">What it needs, in plural.</param>
/// <param name="needed">How many that no other model has.</param>
/// <param name="left">How many there is room for.</param>
public sealed class ModelRoomException(string what, int needed, int left) : GrainException(
    $"The models of all workspaces share their columns in memory. This one needs {needed} {what} that the server has no column for yet, and there is room for {left}. Use fewer different ones.");

/// <summary>Partitions are with other nodes, and a model is built up where all of them are. Nothing was done.</summary>
public sealed class PartitionsElsewhereException() : GrainException(
    "Other nodes drive partitions. A model is published, previewed or started as a shadow by a node that drives all of them: drain each other node first (leadgrains cluster drain NODE).");

/// <summary>There is no shadow model.</summary>
public sealed class NoShadowException() : GrainException("There is no shadow model. Start one first; it ends with the server.");

/// <summary>A partition has no working owner now. What was recorded stays recorded; sending all again is safe.</summary>
public sealed class PartitionUnavailableException(string message, Exception? inner = null) : GrainException(message, inner)
{
    /// <inheritdoc/>
    public override TimeSpan? RetryAfter => TimeSpan.FromSeconds(1);
}

/// <summary>
/// A partition is not driven where it was asked for: it is on its way to another owner. Nothing was done. Who asked asks
/// again, wherever the way leads by then, so that no caller of a node sees it.
/// </summary>
public sealed class PartitionMovedException() : GrainException("The partition is on its way to another node. Try again shortly.")
{
    /// <inheritdoc/>
    public override TimeSpan? RetryAfter => TimeSpan.FromSeconds(1);
}

/// <summary>A question about a grain's past would have to read more of its entries than one question may.</summary>
public sealed class HistoryTooLongException(string message) : GrainException(message)
{
    /// <summary>One grain has more than <see cref="Limits.HistoryEntries"/>.</summary>
    public HistoryTooLongException()
        : this($"The history has more than {Limits.HistoryEntries} entries, each signal that a merge brought counted as one. It is not read for one question.")
    {
    }
}

/// <summary>A contact that something is asked of has no entry.</summary>
public sealed class UnknownContactException(string id) : GrainException($"There is no contact '{id}'.")
{
    /// <summary>The contact.</summary>
    public string Id { get; } = id;
}

/// <summary>Two contacts cannot be merged. Nothing was done.</summary>
/// <param name="field">The field at fault, as the proto names it.</param>
/// <param name="why">For people, half a sentence.</param>
public sealed class MergeRefusedException(string field, string why) : GrainException($"{field} cannot be merged: {why}")
{
    /// <summary>For people, half a sentence.</summary>
    public string Why { get; } = why;

    /// <summary>The field at fault, as the proto names it.</summary>
    public string Field { get; } = field;
}
