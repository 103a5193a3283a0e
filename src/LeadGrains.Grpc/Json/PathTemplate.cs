namespace Grpc.AspNetCore.Json;

/// <summary>
/// The path of a <c>google.api.http</c> rule: literals and fields that are one segment each, and perhaps a verb behind
/// a colon. Paths are matched as they came over the wire, so that an escaped slash or colon belongs to a field's value.
/// </summary>
internal sealed class PathTemplate
{
    private readonly Segment[] _segments;
    private readonly string _verb;

    private PathTemplate(Segment[] segments, string verb)
    {
        _segments = segments;
        _verb = verb;
    }

    /// <summary>The names of the fields, in their order.</summary>
    public IEnumerable<string> Fields => _segments.Where(segment => segment.IsField).Select(segment => segment.Text);

    /// <summary>Of two templates that fit a path the greater one is meant: a verb before none, a literal before a field.</summary>
    public int Precision => (_verb.Length > 0 ? 1_000 : 0) + _segments.Count(segment => !segment.IsField);

    /// <exception cref="FormatException">The text is no template, or one with wildcards, which are not supported.</exception>
    public static PathTemplate Parse(string text)
    {
        if (text.Length < 2 || text[0] != '/' || text.Contains('*', StringComparison.Ordinal))
            throw new FormatException($"The path '{text}' must begin with a slash and have no wildcards.");
        var colon = text.LastIndexOf(':');
        var verb = colon > text.LastIndexOf('/') ? text[(colon + 1)..] : "";
        var path = verb.Length > 0 ? text[1..colon] : text[1..];
        return new PathTemplate([.. path.Split('/').Select(segment => Segment.Parse(segment, text))], verb);
    }

    /// <summary>Whether the path fits, and the values of its fields, decoded, in their order.</summary>
    /// <param name="path">As it came, without the query.</param>
    /// <param name="values">The fields' values; empty where it does not fit.</param>
    public bool TryMatch(string path, out string[] values)
    {
        values = [];
        var suffix = _verb.Length > 0 ? ":" + _verb : "";
        if (!path.StartsWith('/') || !path.EndsWith(suffix, StringComparison.Ordinal))
            return false;
        var parts = path[1..^suffix.Length].Split('/');
        if (parts.Length != _segments.Length)
            return false;
        var found = new List<string>();
        for (var i = 0; i < parts.Length; i++)
        {
            var part = Uri.UnescapeDataString(parts[i]);
            if (_segments[i].IsField ? part.Length == 0 : part != _segments[i].Text)
                return false;
            if (_segments[i].IsField)
                found.Add(part);
        }

        values = [.. found];
        return true;
    }

    /// <summary>In the language of the web framework's router.</summary>
    public string ToRoutePattern() => ToText(".", "_");

    public override string ToString() => ToText(".", ".");

    private string ToText(string dot, string replacement)
    {
        var segments = _segments.Select(segment => segment.IsField ? $"{{{segment.Text.Replace(dot, replacement, StringComparison.Ordinal)}}}" : segment.Text);
        return "/" + string.Join('/', segments) + (_verb.Length > 0 ? ":" + _verb : "");
    }

    private readonly record struct Segment(string Text, bool IsField)
    {
        public static Segment Parse(string text, string template)
        {
            var isField = text.StartsWith('{') && text.EndsWith('}');
            var name = isField ? text[1..^1] : text;
            return name.Length > 0 && name.AsSpan().IndexOfAny("{}=:") < 0
                ? new Segment(name, isField)
                : throw new FormatException($"The path '{template}' has the segment '{text}', which is neither a literal nor a field.");
        }
    }
}
