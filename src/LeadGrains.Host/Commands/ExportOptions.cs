using System.CommandLine;
using LeadGrains.Host.Exporting;

namespace LeadGrains.Host.Commands;

/// <summary>How and where an export is written.</summary>
internal sealed class ExportOptions(bool withTraits)
{
    private const string Csv = "csv";

    private readonly Option<string> _format = Format();

    private readonly Option<string?> _out = new("--out") { Description = "The file to write; standard output without it.", HelpName = "FILE" };

    private readonly Option<bool> _exact = new("--exact")
    { Description = "With csv: no apostrophe before what a spreadsheet would take for a formula, for programs that are none." };

    private readonly Option<string[]> _traits = new("--trait")
    { Description = "With csv: a column of its own for this trait. Repeat it for several; the last column has all of them as JSON.", HelpName = "NAME" };

    public ServerOption Server { get; } = new();

    public void AddTo(Command command)
    {
        command.Add(_format);
        command.Add(_out);
        command.Add(_exact);
        if (withTraits)
        {
            command.Add(_traits);
        }

        Server.AddTo(command);
    }

    public string? Out(ParseResult parsed) => parsed.GetValue(_out);

    /// <summary>Null for JSON lines.</summary>
    public CsvColumns? Columns(ParseResult parsed) =>
        parsed.GetValue(_format) == Csv ? new CsvColumns(Traits(parsed), parsed.GetValue(_exact)) : null;

    /// <summary>What is exported and how, on one line.</summary>
    public string Describe(ParseResult parsed, string what) => System.Text.Json.JsonSerializer.Serialize(
        [what, parsed.GetValue(_format)!, parsed.GetValue(_exact) ? "exact" : "", .. Traits(parsed)], ExportJson.Default.StringArray);

    private string[] Traits(ParseResult parsed) => withTraits ? parsed.GetValue(_traits) ?? [] : [];

    private static Option<string> Format()
    {
        var format = new Option<string>("--format") { Description = "csv, or jsonl with everything that the API tells.", DefaultValueFactory = _ => Csv };
        format.AcceptOnlyFromAmong(Csv, "jsonl");
        return format;
    }
}

/// <summary>Writes the description without reflection.</summary>
[System.Text.Json.Serialization.JsonSerializable(typeof(string[]))]
internal sealed partial class ExportJson : System.Text.Json.Serialization.JsonSerializerContext;
