namespace LeadGrains.Scoring;

/// <summary>A node of the document, with its place from 1.</summary>
internal abstract record YamlNode(int Line, int Column);

/// <summary>A single value. <paramref name="IsPlain"/>: without quotes, so that it may mean a number, a truth or nothing.</summary>
internal sealed record YamlScalar(int Line, int Column, string Value, bool IsPlain) : YamlNode(Line, Column)
{
    /// <summary>Nothing stands there, or <c>~</c> or <c>null</c>.</summary>
    public bool IsNull => IsPlain && Value is "" or "~" or "null" or "Null" or "NULL";
}

/// <summary>A list.</summary>
internal sealed record YamlList(int Line, int Column, List<YamlNode> Items) : YamlNode(Line, Column);

/// <summary>Keys and values.</summary>
internal sealed record YamlMapping(int Line, int Column, List<YamlEntry> Entries) : YamlNode(Line, Column);

/// <summary>A key and its value.</summary>
internal sealed record YamlEntry(YamlScalar Key, YamlNode Value);
