using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using LeadGrains.Grpc.Tests.Library;

namespace LeadGrains.Grpc.Tests.Json;

/// <summary>Whatever a message holds, an answer by JSON says what the answer by gRPC says.</summary>
public class JsonEqualityTests
{
    private const int Messages = 300;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestServer.Patience)]
    public async Task Answers_WhenMessagesAreRandom_AreEqual()
    {
        await using var server = await JsonServer.StartAsync(version: 2);
        var grpc = new Library.Library.LibraryClient(server.Server.Channel);
        for (var seed = 1; seed <= Messages; seed++)
        {
            var random = new Random(seed);
            var book = RandomBook.WithObjects(random);
            var written = new JsonFormatter(new JsonFormatter.Settings(random.Next(2) == 0).WithPreserveProtoFieldNames(random.Next(2) == 0)).Format(book);

            var byGrpc = await grpc.StoreAsync(book, cancellationToken: Token);
            var (status, json) = await server.SendAsync("POST", "/v1/books", written);

            Assert.True(status == 200, $"Seed {seed}: {json}");
            Assert.True(byGrpc.Equals(JsonParser.Default.Parse<Book>(json.GetRawText())), $"Seed {seed}: {json}\n{byGrpc}");
        }
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Answers_WhenQueriesAreRandom_AreEqual()
    {
        await using var server = await JsonServer.StartAsync();
        for (var seed = 1; seed <= Messages; seed++)
        {
            var book = RandomBook.Of(new Random(seed));
            var query = string.Join('&', Parameters(book, useProtoNames: seed % 2 == 0));

            var (status, json) = await server.SendAsync("GET", "/v1/books?" + query);

            Assert.True(status == 200, $"Seed {seed}: {query}: {json}");
            Assert.True(book.Equals(JsonParser.Default.Parse<Book>(json.GetRawText())), $"Seed {seed}: {query}\n{json}\n{book}");
        }
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Answers_WhenRequestsAreMutated_AreNeverTheServersFault()
    {
        await using var server = await JsonServer.StartAsync(version: 2);
        for (var seed = 1; seed <= 2 * Messages; seed++)
        {
            var random = new Random(seed);
            var body = Mutate(random, JsonFormatter.Default.Format(RandomBook.WithObjects(random)));
            var query = Mutate(random, string.Join('&', Parameters(RandomBook.Of(random), useProtoNames: true))).Replace('#', '.');

            var (byBody, refusal) = await server.SendAsync("POST", "/v1/books", body);
            var (byQuery, other) = await server.SendAsync("GET", "/v1/books?" + query);

            Assert.True(byBody is 200 or 400, $"Seed {seed}: {byBody} {refusal}\n{body}");
            Assert.True(byQuery is 200 or 400, $"Seed {seed}: {byQuery} {other}\n{query}");
        }
    }

    private static string Mutate(Random random, string text)
    {
        var letters = text.ToList();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = random.Next(letters.Count + 1);
            if (random.Next(2) == 0 && at < letters.Count)
                letters.RemoveAt(at);
            else
                letters.Insert(at, RandomBook.Pick(random, '"', '{', '}', '[', ',', ':', '\\', '0', '-', 'e', '.', 'n', 'ä', '=', '&', '%'));
        }

        return string.Concat(letters);
    }

    private static IEnumerable<string> Parameters(Book book, bool useProtoNames)
    {
        foreach (var field in Book.Descriptor.Fields.InFieldNumberOrder().Where(field => field.HasPresence ? field.Accessor.HasValue(book) : !field.IsMap))
        {
            var value = field.Accessor.GetValue(book);
            foreach (var one in field.IsRepeated ? ((System.Collections.IEnumerable)value).Cast<object>() : [value])
                yield return $"{(useProtoNames ? field.Name : field.JsonName)}={Uri.EscapeDataString(Text(field, one, useProtoNames))}";
        }
    }

    private static string Text(FieldDescriptor field, object value, bool asNumber) => value switch
    {
        bool truth => truth ? "true" : "false",
        Kind kind => asNumber ? ((int)kind).ToString(CultureInfo.InvariantCulture) : field.EnumType.FindValueByNumber((int)kind).Name,
        ByteString bytes => bytes.ToBase64(),
        IMessage message => JsonFormatter.Default.Format(message).Trim('"'),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => (string)value,
    };
}
