using System.Globalization;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using LeadGrains.Host.Clients;

namespace LeadGrains.Host.Exporting;

/// <summary>
/// One line of a CSV file as RFC 4180 has it. A text that a spreadsheet would take for a formula gets an apostrophe before
/// it, unless asked not to: whoever sends signals may choose names and ids.
/// </summary>
/// <param name="exact">Texts as they are.</param>
internal sealed class CsvRow(bool exact)
{
    private readonly StringBuilder _line = new();

    /// <summary>Something that others named.</summary>
    public CsvRow Text(string text) => Cell(!exact && LooksLikeFormula(text) ? "'" + text : text);

    public CsvRow Texts(IEnumerable<string> texts) => Text(string.Join(';', texts));

    public CsvRow Number(double number) => Cell(number.ToString("0.######", CultureInfo.InvariantCulture));

    public CsvRow Number(ulong number) => Cell(number.ToString(CultureInfo.InvariantCulture));

    public CsvRow Truth(bool truth) => Cell(truth ? "true" : "false");

    public CsvRow Time(Timestamp? time) => Cell(ScoreText.Exactly(time));

    /// <summary>The line, with its end, and begins the next one.</summary>
    public string End()
    {
        var line = _line.Append("\r\n").ToString();
        _line.Clear();
        return line;
    }

    // What Excel, LibreOffice and Google Sheets evaluate, also behind blanks.
    private static bool LooksLikeFormula(string text) => text.Length > 0 && (text[0] is '\t' or '\r' or '\n' || text.TrimStart() is ['=' or '+' or '-' or '@' or '\uFF1D' or '\uFF0B' or '\uFF0D' or '\uFF20', ..]);

    private CsvRow Cell(string text)
    {
        if (_line.Length > 0)
        {
            _line.Append(',');
        }

        var quoted = text.AsSpan().IndexOfAny(",\"\r\n") >= 0 || (text.Length > 0 && (char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1])));
        _line.Append(quoted ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text);
        return this;
    }
}
