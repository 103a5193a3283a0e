using System.Buffers;
using System.Text;

namespace LeadGrains.Scoring;

/// <summary>
/// A text of the model, not empty, that UTF-8 values are compared with, ignoring case as <see cref="StringComparison.OrdinalIgnoreCase"/>
/// does. No character beyond ASCII equals an ASCII one that way, so an ASCII text is compared byte by byte whatever the
/// value holds; only for another text is the value transcoded.
/// </summary>
internal sealed class FoldedText
{
    private const int OnStack = 512;

    private readonly byte[]? _ascii;
    private readonly AsciiSearch? _search;

    public FoldedText(string text)
    {
        Text = text;
        if (!Ascii.IsValid(text))
            return;
        _ascii = Encoding.ASCII.GetBytes(text);
        _search = new AsciiSearch(_ascii);
    }

    public string Text { get; }

    /// <summary>The texts as a list for people.</summary>
    public static string AnyOf(IEnumerable<FoldedText> texts) => string.Join(" or ", texts.Select(text => $"\"{text.Text}\""));

    public bool Equal(string value) => string.Equals(value, Text, StringComparison.OrdinalIgnoreCase);

    public bool Equal(ReadOnlySpan<byte> valueUtf8) =>
        _ascii is null ? WithCharacters(valueUtf8, whole: true) : Ascii.EqualsIgnoreCase(valueUtf8, _ascii);

    public bool IsWithin(string value) => value.Contains(Text, StringComparison.OrdinalIgnoreCase);

    public bool IsWithin(ReadOnlySpan<byte> valueUtf8) =>
        _search is null ? WithCharacters(valueUtf8, whole: false) : _search.IsWithin(valueUtf8);

    private bool WithCharacters(ReadOnlySpan<byte> valueUtf8, bool whole)
    {
        // UTF-8 never has fewer bytes than UTF-16 has characters.
        char[]? rented = null;
        var buffer = valueUtf8.Length <= OnStack
            ? stackalloc char[OnStack]
            : rented = ArrayPool<char>.Shared.Rent(valueUtf8.Length);
        ReadOnlySpan<char> value = buffer[..Encoding.UTF8.GetChars(valueUtf8, buffer)];
        var found = whole
            ? value.Equals(Text, StringComparison.OrdinalIgnoreCase)
            : value.Contains(Text, StringComparison.OrdinalIgnoreCase);
        if (rented is not null)
            ArrayPool<char>.Shared.Return(rented);
        return found;
    }
}
