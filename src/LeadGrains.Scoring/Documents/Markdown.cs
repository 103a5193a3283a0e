using System.Globalization;
using System.Text;

namespace LeadGrains.Scoring;

/// <summary>Writes Markdown: headings, paragraphs, lists and tables, with a line between.</summary>
internal sealed class Markdown
{
    private readonly StringBuilder _text = new();

    public void Heading(int level, string text) => Block($"{new string('#', level)} {Plain(text)}");

    public void Paragraph(string text) => Block(text);

    public void List(IEnumerable<string> items) => Block(string.Join('\n', items.Select(item => $"- {item}")));

    public void Table(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows) => Block(string.Join('\n',
        rows.Prepend([.. head.Select(_ => "---")]).Prepend(head).Select(row => $"| {string.Join(" | ", row.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)))} |")));

    public override string ToString() => _text.ToString();

    /// <summary>A number as people write it: at most two places.</summary>
    public static string Number(double number) => number.ToString("#,0.##", CultureInfo.InvariantCulture);

    /// <summary>A number of something, one or many.</summary>
    public static string Count(double number, string what) => $"{Number(number)} {what}{(Math.Abs(number) == 1 ? "" : "s")}";

    /// <summary>A time in the greatest unit that it is a whole number of.</summary>
    public static string Duration(TimeSpan time)
    {
        (TimeSpan Unit, string Name)[] units =
            [(TimeSpan.FromDays(1), "day"), (TimeSpan.FromHours(1), "hour"), (TimeSpan.FromMinutes(1), "minute"), (TimeSpan.FromSeconds(1), "second")];
        foreach (var (unit, name) in units)
        {
            if (time.Ticks % unit.Ticks == 0)
                return Count(time / unit, name);
        }

        return Count(time.TotalSeconds, "second");
    }

    /// <summary>A name of the model that stands as it is.</summary>
    public static string Code(string name) => $"`{name}`";

    // A text of the model must not begin a line of its own.
    private static string Plain(string text) => text.ReplaceLineEndings(" ");

    private void Block(string text) => _text.Append(text).Append("\n\n");
}
