using System.Text.Json;
using Grpc.AspNetCore.Json;

namespace LeadGrains.Grpc.Tests.Json;

public class JsonFaultTests
{
    [Theory(Timeout = TestServer.Patience)]
    [InlineData("{\"isbn\": \"7\",}", "", "not JSON (line 1, column 14)")]
    [InlineData("{\"isbn\":\n \"7\"} x", "", "not JSON (line 2, column 7)")]
    [InlineData("[]", "", "one JSON object (line 1, column 1)")]
    [InlineData("null", "", "one JSON object (line 1, column 1)")]
    [InlineData("{\"isbn\": \"7\",\n  \"titel\": 1}", "titel", "Book has no field 'titel' (line 2, column 3)")]
    [InlineData("{\"shelf\": {\"above\": {\"flor\": 1}}}", "shelf.above.flor", "Shelf has no field 'flor' (line 1, column 22)")]
    [InlineData("{\"shelves\": [{}, {\"floor\": \"x\"}]}", "shelves[1].floor", "(line 1, column 28)")]
    [InlineData("{\"shelves\": {}}", "shelves", "must be an array")]
    [InlineData("{\"shelf\": 7}", "shelf", "must be an object")]
    [InlineData("{\"pages\": 1.5}", "pages", "(line 1, column 11)")]
    [InlineData("{\"pages\": 99999999999}", "pages", "(line 1, column 11)")]
    [InlineData("{\"kind\": \"KIND_ODE\"}", "kind", "KIND_ODE")]
    [InlineData("{\"kinds\": [\"KIND_POEM\", \"ODE\"]}", "kinds[1]", "ODE")]
    [InlineData("{\"printedAt\": \"yesterday\"}", "printed_at", "yesterday")]
    [InlineData("{\"cover\": \"*\"}", "cover", "(line 1, column 11)")]
    [InlineData("{\"lent\": \"yes\"}", "lent", "(line 1, column 10)")]
    [InlineData("{\"notes\": {\"a\": 1}}", "notes", "(line 1, column 11)")]
    [InlineData("{\"isbn\": \"\\ud800\"}", "isbn", "(line 1, column 10)")]
    [InlineData("{\"\\ud800\": 1}", "", "surrogate")]
    [InlineData("{\"person\": \"a\", \"office\": 1}", "", "oneof")]
    public async Task Call_WhenTheBodyIsWrong_SaysWhere(string body, string field, string description)
    {
        await using var server = await JsonServer.StartAsync();

        var (status, answer) = await server.SendAsync("POST", "/v1/books", body);

        Assert.Equal(400, status);
        var violation = answer.GetProperty("details")[0].GetProperty("fieldViolations")[0];
        Assert.Equal(field, violation.GetProperty("field").GetString());
        Assert.Contains(description, violation.GetProperty("description").GetString(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("titel=1", "titel", "no field 'titel'")]
    [InlineData("pages=x", "pages", "pages")]
    [InlineData("pages=1&pages=2", "pages", "more than once")]
    [InlineData("shelf=1", "shelf", "only a body")]
    [InlineData("notes=1", "notes", "only a body")]
    [InlineData("notes.key=1", "notes.key", "no parameter")]
    [InlineData("shelves.name=1", "shelves.name", "no parameter")]
    [InlineData("shelf.flor=1", "shelf.flor", "no field 'flor'")]
    [InlineData("isbn.length=1", "isbn.length", "no parameter")]
    [InlineData("lent=1", "lent", "lent")]
    [InlineData("kind=ODE", "kind", "ODE")]
    [InlineData("printed_at=now", "printed_at", "now")]
    public async Task Call_WhenTheQueryIsWrong_SaysWhich(string query, string field, string description)
    {
        await using var server = await JsonServer.StartAsync();

        var (status, answer) = await server.SendAsync("GET", "/v1/books?" + query);

        Assert.Equal(400, status);
        var violation = answer.GetProperty("details")[0].GetProperty("fieldViolations")[0];
        Assert.Equal(field, violation.GetProperty("field").GetString());
        Assert.Contains(description, violation.GetProperty("description").GetString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenTheQueryNamesNestedAndRepeatedFields_SetsThem()
    {
        await using var server = await JsonServer.StartAsync();

        var (status, book) = await server.SendAsync("GET", "/v1/books?shelf.above.name=a+b&shelf.floor=-2&tags=x&tags=y&kinds=KIND_POEM&kinds=1&rating=0&printed_at=2026-01-02T03:04:05Z&loan=1.5s&mask=a,b");

        Assert.True(status == 200, book.ToString());
        Assert.Equal("a b", book.GetProperty("shelf").GetProperty("above").GetProperty("name").GetString());
        Assert.Equal(-2, book.GetProperty("shelf").GetProperty("floor").GetInt32());
        Assert.Equal("""["x","y"]""", JsonSerializer.Serialize(book.GetProperty("tags")));
        Assert.Equal("""["KIND_POEM","KIND_NOVEL"]""", JsonSerializer.Serialize(book.GetProperty("kinds")));
        Assert.Equal(0, book.GetProperty("rating").GetDouble());
        Assert.Equal("2026-01-02T03:04:05Z", book.GetProperty("printedAt").GetString());
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("/v1/books/7", "{\"isbn\": \"8\"}", 400)]
    [InlineData("/v1/books/7", "{\"isbn\": \"7\"}", 200)]
    [InlineData("/v1/books/7?pages=1", "{}", 400)]
    public async Task Call_WhenPathAndBodyDisagree_IsRefused(string path, string body, int expected)
    {
        await using var server = await JsonServer.StartAsync();

        var (status, _) = await server.SendAsync("PUT", path, body);

        Assert.Equal(expected, status);
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("{\"shelves\": [", "{}", JsonBounds.MaxObjects, "]}", "objects")]
    [InlineData("{\"tags\": [", "\"\"", JsonBounds.MaxValues + 1, "]}", "values")]
    [InlineData("{\"facts\": {\"a\": ", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", 1, "", "not JSON")]
    public async Task Call_WhenTheBodyHoldsTooMuch_IsRefused(string begin, string element, int count, string end, string description)
    {
        await using var server = await JsonServer.StartAsync(options: new JsonOptions());

        var (status, answer) = await server.SendAsync("POST", "/v1/books", begin + string.Join(',', Enumerable.Repeat(element, count)) + end);

        Assert.Equal(400, status);
        Assert.Contains(description, answer.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenTheBodyHasAMark_IsAnswered()
    {
        await using var server = await JsonServer.StartAsync();

        var (status, book) = await server.SendAsync("POST", "/v1/books", "\uFEFF{\"isbn\": \"7\"}");

        Assert.Equal((200, "7"), (status, book.GetProperty("isbn").GetString()));
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("soon", 400)]
    [InlineData("123456789S", 400)]
    [InlineData("5s", 400)]
    [InlineData("5S", 200)]
    public async Task Call_WhenItsTimeoutIsMalformed_IsRefused(string timeout, int expected)
    {
        await using var server = await JsonServer.StartAsync();
        using var request = server.Request("GET", "/v1/books/7");
        request.Headers.Add("grpc-timeout", timeout);

        using var response = await server.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, (int)response.StatusCode);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenTheBodyIsNotUtf8_IsRefused()
    {
        await using var server = await JsonServer.StartAsync();
        using var request = server.Request("POST", "/v1/books", "");
        request.Content = new ByteArrayContent([.. "{\"isbn\": \""u8, 0xff, .. "\"}"u8]) { Headers = { ContentType = new("application/json") } };

        using var response = await server.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(400, (int)response.StatusCode);
    }
}
