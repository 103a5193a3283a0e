using Spectre.Console;

namespace LeadGrains.Host.Terminals;

/// <summary>Rows under named columns, for a screen or for a file.</summary>
internal sealed class TextTable
{
    private readonly List<Column> _columns = [];
    private readonly List<string[]> _rows = [];

    public TextTable Left(params string[] titles)
    {
        _columns.AddRange(titles.Select(title => new Column(title, AlignRight: false)));
        return this;
    }

    public TextTable Right(params string[] titles)
    {
        _columns.AddRange(titles.Select(title => new Column(title, AlignRight: true)));
        return this;
    }

    public void Row(params string[] cells)
    {
        if (cells.Length != _columns.Count)
        {
            throw new ArgumentException($"A row of {cells.Length} cells under {_columns.Count} columns.", nameof(cells));
        }

        _rows.Add([.. cells.Select(Printable)]);
    }

    public Table ToSpectre()
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in _columns)
        {
            var shown = new TableColumn(new Text(column.Title, new Style(decoration: Decoration.Bold)));
            table.AddColumn(column.AlignRight ? shown.RightAligned() : shown);
        }

        foreach (string[] row in _rows)
        {
            table.AddRow(row.Select(cell => new Text(cell)));
        }

        return table;
    }

    public void WritePlain(TextWriter writer)
    {
        int[] widths = [.. _columns.Select((column, i) => _rows.Select(row => row[i].Length).Append(column.Title.Length).Max())];
        WritePlain(writer, widths, [.. _columns.Select(column => column.Title)]);
        foreach (string[] row in _rows)
        {
            WritePlain(writer, widths, row);
        }
    }

    private void WritePlain(TextWriter writer, int[] widths, string[] cells)
    {
        var padded = cells.Select((cell, i) => _columns[i].AlignRight ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]));
        writer.WriteLine(string.Join("  ", padded).TrimEnd());
    }

    /// <summary>Names come from callers: a control character must neither break a table nor steer a terminal.</summary>
    private static string Printable(string cell) =>
        cell.Any(char.IsControl) ? string.Concat(cell.Select(c => char.IsControl(c) ? '\uFFFD' : c)) : cell;

    private sealed record Column(string Title, bool AlignRight);
}
