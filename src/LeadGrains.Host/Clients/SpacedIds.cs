using LeadGrains.Host.Terminals;

namespace LeadGrains.Host.Clients;

/// <summary>Ids that begin or end with a space. They are ids as any other, and hardly ever meant.</summary>
internal static class SpacedIds
{
    public static bool Is(string id) => id.Length > 0 && (char.IsWhiteSpace(id[0]) || char.IsWhiteSpace(id[^1]));

    /// <summary>Warns of each of the ids that is one.</summary>
    public static void Warn(Terminal terminal, params IEnumerable<string> ids)
    {
        foreach (var id in ids.Where(Is))
            terminal.Complain($"Mind: '{id}' begins or ends with a space, which makes it another id than '{id.Trim()}'.");
    }
}
