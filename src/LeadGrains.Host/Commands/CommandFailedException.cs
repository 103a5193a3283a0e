namespace LeadGrains.Host.Commands;

/// <summary>A fault that a user can understand and mend: no server there, port in use, store of another model.</summary>
/// <param name="message">What is wrong, and what to do about it. Shown as it is, without a stack trace.</param>
/// <param name="inner">Where it came from.</param>
internal sealed class CommandFailedException(string message, Exception? inner = null) : Exception(message, inner);
