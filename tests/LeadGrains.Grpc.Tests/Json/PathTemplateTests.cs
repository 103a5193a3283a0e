using Grpc.AspNetCore.Json;

namespace LeadGrains.Grpc.Tests.Json;

public class PathTemplateTests
{
    [Theory]
    [InlineData("/v1/books", "/v1/books")]
    [InlineData("/v1/books:rank", "/v1/books:rank")]
    [InlineData("/v1/books/{isbn}", "/v1/books/7", "7")]
    [InlineData("/v1/books/{isbn}", "/v1/books/https%3A%2F%2Fx%2Fy", "https://x/y")]
    [InlineData("/v1/books/{isbn}", "/v1/books/a%252Fb", "a%2Fb")]
    [InlineData("/v1/books/{isbn}", "/v1/books/a:b", "a:b")]
    [InlineData("/v1/books/{isbn}", "/v1/books/a+b%20c", "a+b c")]
    [InlineData("/v1/books/{isbn}", "/v1/books/%C3%A4%F0%9F%98%80", "ä😀")]
    [InlineData("/v1/books/{isbn}:explain", "/v1/books/7:explain", "7")]
    [InlineData("/v1/books/{isbn}:explain", "/v1/books/7%3Aexplain:explain", "7:explain")]
    [InlineData("/v1/shelves/{shelf.name}/books/{isbn}", "/v1/shelves/a%2Fb/books/c", "a/b", "c")]
    public void TryMatch_WhenThePathFits_GivesTheFields(string template, string path, params string[] values)
    {
        Assert.True(PathTemplate.Parse(template).TryMatch(path, out var found));
        Assert.Equal(values, found);
    }

    [Theory]
    [InlineData("/v1/books", "/v1/books/")]
    [InlineData("/v1/books", "/v1/Books")]
    [InlineData("/v1/books/{isbn}", "/v1/books/")]
    [InlineData("/v1/books/{isbn}", "/v1/books/7/8")]
    [InlineData("/v1/books/{isbn}", "/v1/books")]
    [InlineData("/v1/books/{isbn}:explain", "/v1/books/7%3Aexplain")]
    [InlineData("/v1/books/{isbn}:explain", "/v1/books/:explain")]
    [InlineData("/v1/books/{isbn}:explain", "/v1/books/7:Explain")]
    [InlineData("/v1/books", "v1/books")]
    public void TryMatch_WhenThePathDoesNotFit_IsFalse(string template, string path)
    {
        Assert.False(PathTemplate.Parse(template).TryMatch(path, out var found));
        Assert.Empty(found);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("v1/books")]
    [InlineData("/v1/{isbn=**}")]
    [InlineData("/v1/*/books")]
    [InlineData("/v1/{isbn=shelves}")]
    [InlineData("/v1//books")]
    [InlineData("/v1/{isbn")]
    public void Parse_WhenTheTextIsNotSupported_Throws(string template) => Assert.Throws<FormatException>(() => PathTemplate.Parse(template));

    [Theory]
    [InlineData("/v1/books/{isbn}:explain")]
    [InlineData("/v1/shelves/{shelf.name}/books")]
    public void ToString_WhenParsed_IsTheTemplate(string template) => Assert.Equal(template, PathTemplate.Parse(template).ToString());

    [Fact]
    public void Precision_WhenSeveralTemplatesFit_IsGreatestForTheOneThatIsMeant()
    {
        string[] templates = ["/v1/books/{isbn}", "/v1/books/{isbn}:explain", "/v1/books/best"];

        var ordered = templates.Select(PathTemplate.Parse).OrderByDescending(template => template.Precision).Select(template => template.ToString());

        Assert.Equal(["/v1/books/{isbn}:explain", "/v1/books/best", "/v1/books/{isbn}"], ordered);
    }
}
