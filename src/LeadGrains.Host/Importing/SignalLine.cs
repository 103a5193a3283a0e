using LeadGrains.V1;

namespace LeadGrains.Host.Importing;

/// <summary>One line of a file: a signal, or why it is none.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Signal">Null where the line is no signal.</param>
/// <param name="Fault">For people; empty where the line is a signal.</param>
/// <param name="Bytes">The line's length.</param>
internal readonly record struct SignalLine(long Number, Signal? Signal, string Fault, int Bytes);
