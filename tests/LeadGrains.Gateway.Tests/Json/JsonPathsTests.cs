using System.Text.RegularExpressions;
using Google.Api;
using Google.Protobuf.Reflection;

namespace LeadGrains.Gateway.Tests.Json;

public sealed partial class JsonPathsTests
{
    [Fact]
    public void Methods_WhenListed_AllNameAPath() =>
        Assert.Empty(Methods().Where(method => !PathsOf(method).Any()).Select(method => method.FullName));

    [Fact]
    public void Paths_WhenListed_AreTheApisOwn()
    {
        var paths = Methods().SelectMany(PathsOf).ToArray();

        Assert.Equal(paths.Length, paths.Distinct().Count());
        Assert.DoesNotContain(paths, path => !Own().IsMatch(path.Path) || OfOthers().IsMatch(path.Path));
    }

    [Theory]
    [InlineData("/v1/batch")]
    [InlineData("/v1/t")]
    [InlineData("/v1/{p}")]
    [InlineData("/v1/{name}:watch")]
    [InlineData("/api/s/track")]
    [InlineData("/v1/events")]
    public void Paths_WhenOthersHaveThem_AreRefused(string path) => Assert.True(!Own().IsMatch(path) || OfOthers().IsMatch(path));

    private static IEnumerable<MethodDescriptor> Methods() =>
        from type in typeof(V1.IngestService).Assembly.GetTypes()
        where type.Namespace == typeof(V1.IngestService).Namespace
        let service = type.GetProperty("Descriptor", typeof(ServiceDescriptor))?.GetValue(null) as ServiceDescriptor
        where service is not null
        from method in service.Methods
        select method;

    private static IEnumerable<(string Method, string Path)> PathsOf(MethodDescriptor method)
    {
        var rule = method.GetOptions()?.GetExtension(AnnotationsExtensions.Http);
        return rule is null ? [] : rule.AdditionalBindings.Prepend(rule).Select(one => (one.PatternCase.ToString(), one.Get + one.Post + one.Put + one.Delete + one.Patch));
    }

    /// <summary>Plural nouns, fields behind them, and perhaps a verb.</summary>
    [GeneratedRegex(@"^/v1/[a-z][A-Za-z-]+s(/\{[a-z_]+\}(/[a-z][A-Za-z-]+)*(/\{[a-z_]+\})?)?(:[a-z][A-Za-z]+)?$")]
    private static partial Regex Own();

    /// <summary>Where the SDKs of event tools send.</summary>
    [GeneratedRegex(@"^/(v1/(batch|b|p|t|i|g|s|a|page|track|identify|group|screen|alias|import|events|cloudevents)$|api/)")]
    private static partial Regex OfOthers();
}
