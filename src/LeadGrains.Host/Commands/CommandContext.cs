using System.Collections;
using LeadGrains.Host.Terminals;

namespace LeadGrains.Host.Commands;

/// <summary>What every command is given.</summary>
/// <param name="Terminal">Where it speaks.</param>
/// <param name="Clock">The time.</param>
internal sealed record CommandContext(Terminal Terminal, TimeProvider Clock)
{
    /// <summary>The environment.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "", StringComparer.Ordinal);
}
