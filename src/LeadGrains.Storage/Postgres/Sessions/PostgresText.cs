using System.Buffers;
using System.Text;

namespace LeadGrains.Storage.Postgres.Sessions;

/// <summary>
/// Texts as PostgreSQL can hold them: without U+0000, which ids may contain. It stands as U+0001 '0', and U+0001 itself as
/// U+0001 '1', so that no two texts become one.
/// </summary>
internal static class PostgresText
{
    private const char Mark = '\u0001';
    private static readonly SearchValues<char> Marked = SearchValues.Create('\0', Mark);

    /// <summary>As it is stored.</summary>
    public static string Write(string text)
    {
        // Half a surrogate pair has no bytes of its own.
        if (text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
            text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        if (!text.AsSpan().ContainsAny(Marked))
            return text;
        var written = new StringBuilder(text.Length + 8);
        foreach (var letter in text)
        {
            if (letter is '\0' or Mark)
                written.Append(Mark).Append(letter == Mark ? '1' : '0');
            else
                written.Append(letter);
        }

        return written.ToString();
    }

    /// <summary>As it was before <see cref="Write"/>.</summary>
    public static string Read(string stored)
    {
        if (!stored.Contains(Mark))
            return stored;
        var text = new StringBuilder(stored.Length);
        for (var i = 0; i < stored.Length; i++)
            text.Append(stored[i] != Mark ? stored[i] : stored[++i] == '1' ? Mark : '\0');
        return text.ToString();
    }

    /// <summary>The same of a text in UTF-8.</summary>
    public static byte[] Read(byte[] stored) =>
        stored.AsSpan().Contains((byte)Mark) ? Encoding.UTF8.GetBytes(Read(Encoding.UTF8.GetString(stored))) : stored;

    /// <summary>A JSON object for people. PostgreSQL refuses to look into one with U+0000 anywhere; its place is marked.</summary>
    public static string WriteJson(string json) => json.Replace("\\u0000", "\\ufffd", StringComparison.Ordinal);
}
