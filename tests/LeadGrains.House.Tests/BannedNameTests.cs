using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LeadGrains.House.Tests;

public sealed partial class BannedNameTests
{
    private static readonly HashSet<string> Banned = new(StringComparer.Ordinal)
    {
        "Manager", "Managers", "Helper", "Helpers", "Util", "Utils", "Utility", "Utilities", "Common", "Base", "Impl", "Implementation",
    };

    /// <summary>Names that the code generated from protos compiles against; they are the gRPC packages' own.</summary>
    private static readonly HashSet<string> Forced = new(StringComparer.Ordinal)
    {
        "ClientBase", "ClientBaseConfiguration", "ChannelBase", "ServiceBinderBase",
    };

    [Fact]
    public void Names_WhenReadFromSource_SayWhatTheThingIs() => HouseRule.Holds(
        Repository.Under("src/").SelectMany(Violations),
        "A name says nothing about its thing. Call it by what it does, in the words of the field:");

    [Theory]
    [InlineData("class SegmentManager { }")]
    [InlineData("interface IStoreBase { }")]
    [InlineData("record struct HTTPUtil;")]
    [InlineData("enum CommonKind { A }")]
    [InlineData("delegate void StoreImpl();")]
    public void Names_WhenATypeHasABannedWord_AreRefused(string code) =>
        Assert.Single(Violations(new TextFile("src/A.cs", code)));

    [Theory]
    [InlineData("class Database { }")]
    [InlineData("class Baseline { }")]
    [InlineData("abstract class ClientBase { }")]
    public void Names_WhenTheyOnlyContainTheLetters_AreFine(string code) =>
        Assert.Empty(Violations(new TextFile("src/A.cs", code)));

    [Fact]
    public void Names_WhenAFileOrFolderHasABannedWord_AreRefused()
    {
        Assert.Single(Violations(new TextFile("src/Grains/StringHelpers.cs", "")));
        Assert.Single(Violations(new TextFile("src/Common/Text.cs", "")));
    }

    private static IEnumerable<string> Violations(TextFile file)
    {
        foreach (var part in file.Path.Split('/').Where(part => HasBannedWord(part.Split('.')[0])))
        {
            yield return $"{file.Path}: {part}";
        }

        if (!file.IsCode)
        {
            yield break;
        }

        foreach (var (node, name) in TypeNames(file.Syntax).Where(type => HasBannedWord(type.Name)))
        {
            yield return $"{file.Place(node)}: {name}";
        }
    }

    private static IEnumerable<(SyntaxNode Node, string Name)> TypeNames(SyntaxNode root) =>
        from node in root.DescendantNodes()
        let name = node switch
        {
            BaseTypeDeclarationSyntax type => type.Identifier.Text,
            DelegateDeclarationSyntax type => type.Identifier.Text,
            _ => null,
        }
        where name is not null
        select (node, name);

    private static bool HasBannedWord(string name) =>
        !Forced.Contains(name) && Words().Matches(name).Any(word => Banned.Contains(word.Value));

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")]
    private static partial Regex Words();
}
