using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LeadGrains.House.Tests;

/// <summary>One file of the repository, read when first asked for.</summary>
/// <param name="path">From the repository's root, with forward slashes.</param>
/// <param name="read">Gives the text.</param>
internal sealed class TextFile(string path, Func<string> read)
{
    // Parsed as the newest language, with documentation left as plain comments.
    private static readonly CSharpParseOptions Newest = new(LanguageVersion.Preview, DocumentationMode.None);

    private readonly Lazy<string> _text = new(read);
    private readonly Lock _parsing = new();
    private SyntaxNode? _syntax;

    public TextFile(string path, string text)
        : this(path, () => text)
    {
    }

    public string Path { get; } = path;

    public string Name => System.IO.Path.GetFileName(Path);

    public bool IsCode => Path.EndsWith(".cs", StringComparison.Ordinal);

    public string Text => _text.Value;

    public string[] Lines => Text.TrimEnd('\n').Split('\n');

    public SyntaxNode Syntax
    {
        get
        {
            lock (_parsing)
            {
                return _syntax ??= CSharpSyntaxTree.ParseText(Text, Newest).GetRoot(TestContext.Current.CancellationToken);
            }
        }
    }

    /// <summary>Where a node begins: "path:line".</summary>
    public string Place(SyntaxNodeOrToken node) => $"{Path}:{node.GetLocation()!.GetLineSpan().StartLinePosition.Line + 1}";
}
