namespace LeadGrains.Host.Commands;

/// <summary>Options that are each right and do not go together.</summary>
/// <param name="message">What is wrong, for people.</param>
internal sealed class BadUsageException(string message) : Exception(message);
