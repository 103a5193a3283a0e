using System.Buffers;
using System.Collections.Immutable;
using System.Text;

namespace LeadGrains.Scoring;

/// <summary>
/// Tells by the attribute `user_agent` that no person acted: it contains one of the built-in parts, or of those that the
/// model adds, ignoring case.
/// </summary>
internal sealed class ScannerAgents
{
    private const int OnStack = 512;

    private readonly SearchValues<string> _parts;
    private readonly KnownAgents _known = new();

    public ScannerAgents(ImmutableArray<string> added, ImmutableArray<string> removed)
    {
        Added = added;
        Removed = removed;
        string[] parts = [.. BuiltIn.Except(removed, StringComparer.OrdinalIgnoreCase).Union(added, StringComparer.OrdinalIgnoreCase)];
        _parts = SearchValues.Create(parts, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The parts that ship with the program.</summary>
    public static ImmutableArray<string> BuiltIn { get; } =
    [
        .. Resource.Read("machine-agents.txt")
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#'),
    ];

    public ImmutableArray<string> Added { get; }

    public ImmutableArray<string> Removed { get; }

    /// <summary>Whether a program sent by its user agent. A signal without one was a person's.</summary>
    public bool Sent<TAttributes>(in TAttributes attributes)
        where TAttributes : IAttributes, allows ref struct =>
        attributes.TryGet("user_agent"u8, out var agent) && IsScanner(agent);

    // Few agents send nearly all signals, and the search in a text of a hundred characters costs as much as a score.
    private bool IsScanner(ReadOnlySpan<byte> agentUtf8)
    {
        if (_known.TryFind(agentUtf8, out var isScanner))
            return isScanner;
        isScanner = IsAmong(agentUtf8);
        _known.Add(agentUtf8, isScanner);
        return isScanner;
    }

    private bool IsAmong(ReadOnlySpan<byte> agentUtf8)
    {
        // UTF-8 never has fewer bytes than UTF-16 has characters.
        char[]? rented = null;
        var buffer = agentUtf8.Length <= OnStack ? stackalloc char[OnStack] : rented = ArrayPool<char>.Shared.Rent(agentUtf8.Length);
        ReadOnlySpan<char> agent = buffer[..Encoding.UTF8.GetChars(agentUtf8, buffer)];
        var found = agent.ContainsAny(_parts);
        if (rented is not null)
            ArrayPool<char>.Shared.Return(rented);
        return found;
    }
}
