namespace LeadGrains.Grains.Signals;

/// <summary>A fault of a whole message, which the caller has to mend: nothing of it is recorded.</summary>
/// <param name="field">The field at fault, such as "signals"; empty where the bytes are no such message.</param>
/// <param name="message">For people.</param>
public sealed class SignalBatchException(string field, string message) : Exception(message)
{
    /// <summary>The field at fault; empty where the bytes are no such message.</summary>
    public string Field { get; } = field;
}
