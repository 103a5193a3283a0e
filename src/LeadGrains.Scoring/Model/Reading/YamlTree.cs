using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace LeadGrains.Scoring;

/// <summary>
/// Reads one YAML document into nodes with their places. Anchors, aliases and tags are refused, so that a small document
/// cannot unfold into a large one.
/// </summary>
internal sealed class YamlTree
{
    private readonly Parser _parser;
    private readonly ProblemList _problems;

    private YamlTree(Parser parser, ProblemList problems)
    {
        _parser = parser;
        _problems = problems;
    }

    /// <summary>The document's root; null if there is none or the text is no YAML, which is then among the problems.</summary>
    public static YamlNode? Read(string yaml, ProblemList problems)
    {
        using var text = new StringReader(yaml);
        var scanner = new Scanner(text);
        try
        {
            return new YamlTree(new Parser(scanner), problems).ReadDocument();
        }
        catch (YamlException) when (TabBefore(yaml, scanner.CurrentPosition.Line) is { } tab)
        {
            problems.Add(tab.Line, tab.Column, "the document cannot be read: indented with a tab, where only spaces may stand");
            return null;
        }
        catch (YamlException broken)
        {
            problems.Add(Place(broken.Start.Line), Place(broken.Start.Column), $"the document cannot be read: {broken.Message}");
            return null;
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException or EndOfStreamException)
        {
            // The library reports some misplaced characters and ends this way, without their place.
            var at = scanner.CurrentPosition;
            problems.Add(Place(at.Line), Place(at.Column), "the document cannot be read: something is out of place here");
            return null;
        }
    }

    // The library says of a tab no more than that there is one, and gives the place where the mapping begins.
    private static (int Line, int Column)? TabBefore(string yaml, long line)
    {
        var lines = yaml.Split('\n');
        var last = (int)Math.Clamp(line, 1, lines.Length);
        var indented = lines[last - 1].AsSpan();
        var column = indented.IndexOfAnyExcept(' ');
        return column >= 0 && indented[column] == '\t' ? (last, column + 1) : null;
    }

    private static int Place(long number) => (int)Math.Clamp(number, 1, int.MaxValue);

    private YamlNode? ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            _problems.Add(1, 1, "the document is empty");
            return null;
        }

        _parser.Consume<DocumentStart>();
        var root = ReadNode(depth: 0);
        _parser.Consume<DocumentEnd>();
        if (_parser.TryConsume<DocumentStart>(out var second))
            _problems.Add(Place(second.Start.Line), Place(second.Start.Column), "a model is one document, and here begins a second");
        return root;
    }

    private YamlNode ReadNode(int depth)
    {
        var begin = _parser.Consume<ParsingEvent>();
        var line = Place(begin.Start.Line);
        var column = Place(begin.Start.Column);
        if (depth > ModelLimits.Depth)
            throw new SemanticErrorException(begin.Start, begin.End, $"nested deeper than {ModelLimits.Depth} levels");
        if (begin is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
            _problems.Add(line, column, "anchors and aliases are not supported: write the value where it is used");
        if (begin is NodeEvent { Tag.IsEmpty: false })
            _problems.Add(line, column, "tags are not supported");
        return begin switch
        {
            Scalar scalar => new YamlScalar(line, column, scalar.Value, scalar.Style == ScalarStyle.Plain),
            SequenceStart => new YamlList(line, column, ReadItems(depth)),
            MappingStart => new YamlMapping(line, column, ReadEntries(depth)),
            _ => new YamlScalar(line, column, "", IsPlain: true),
        };
    }

    private List<YamlNode> ReadItems(int depth)
    {
        var items = new List<YamlNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
            items.Add(ReadNode(depth + 1));
        return items;
    }

    private List<YamlEntry> ReadEntries(int depth)
    {
        var entries = new List<YamlEntry>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = ReadNode(depth + 1);
            var value = ReadNode(depth + 1);
            if (key is not YamlScalar scalar)
                _problems.Add(key, "a key must be a single word");
            else if (!keys.Add(scalar.Value))
                _problems.Add(key, $"`{scalar.Value}` stands here twice");
            else
                entries.Add(new YamlEntry(scalar, value));
        }

        return entries;
    }
}
