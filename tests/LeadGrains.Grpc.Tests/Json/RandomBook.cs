using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using LeadGrains.Grpc.Tests.Library;

namespace LeadGrains.Grpc.Tests.Json;

/// <summary>Books with random fields, empty ones and the ends of each type among them.</summary>
internal static class RandomBook
{
    private static readonly string[] Words = ["", "a", "ä😀", "\"\\\n\t/", "a b+c&d=e%2F", "<script>", "null", "true", "12", "\u0001\u2028"];

    public static Book Of(Random random)
    {
        var book = new Book { Isbn = Pick(random, Words) };
        Action[] fields =
        [
            () => book.Pages = Pick(random, 0, 1, -1, int.MaxValue, int.MinValue),
            () => book.Sold = Pick(random, 0ul, 1ul, ulong.MaxValue, 1ul << 53),
            () => book.Balance = Pick(random, 0L, -1L, long.MinValue, long.MaxValue),
            () => book.Code = Pick(random, 0u, 1u, uint.MaxValue),
            () => book.Price = Pick(random, 0, 0.1, -1e300, 5e-324, double.NaN, double.PositiveInfinity, random.NextDouble()),
            () => book.Weight = Pick(random, 0f, 0.5f, 1e30f, (float)random.NextDouble()),
            () => book.Lent = random.Next(2) == 0,
            () => book.Cover = ByteString.CopyFrom(Pick(random, [], [0, 255], new byte[] { 251, 255, 191 })),
            () => book.Kind = Pick(random, Kind.Novel, Kind.Poem, Kind.Unspecified),
            () => book.Tags.AddRange(Several(random, Words)),
            () => book.Kinds.AddRange(Several(random, Kind.Novel, Kind.Unspecified)),
            () => book.Numbers.AddRange(Several(random, 0L, long.MaxValue, -5)),
            () => book.Rating = Pick(random, 0, 4.5),
            () => book.PrintedAt = Timestamp.FromDateTime(new DateTime(random.NextInt64(DateTime.MaxValue.Ticks), DateTimeKind.Utc)),
            () => book.Loan = new Duration { Seconds = random.Next(100_000), Nanos = random.Next(1_000_000_000) },
            () => book.Subtitle = Pick(random, Words),
            () => book.Signed = random.Next(2) == 0,
            () => book.Person = Pick(random, Words),
            () => book.Office = random.Next(3),
        ];
        foreach (var field in fields)
        {
            if (random.Next(2) == 0)
                field();
        }

        return book;
    }

    /// <summary>With objects and maps as well, which only a body can carry.</summary>
    public static Book WithObjects(Random random)
    {
        var book = Of(random);
        book.Shelf = random.Next(2) == 0 ? null : Shelf(random);
        book.Shelves.AddRange(Several(random, Shelf(random), Shelf(random)));
        foreach (var word in Several(random, Words).Distinct())
        {
            book.Notes[word] = Pick(random, Words);
            book.Copies[word] = Shelf(random);
        }

        if (random.Next(2) == 0)
            book.Facts = JsonParser.Default.Parse<Struct>("""{"a": [1, null, {"b": "c"}], "d": true, "e": 1e10}""");
        return book;
    }

    public static T Pick<T>(Random random, params T[] choices) => choices[random.Next(choices.Length)];

    private static T[] Several<T>(Random random, params T[] choices) => [.. Enumerable.Range(0, random.Next(4)).Select(_ => Pick(random, choices))];

    private static Shelf Shelf(Random random) =>
        new() { Name = Pick(random, Words), Floor = random.Next(-3, 3), Above = random.Next(3) == 0 ? Shelf(random) : null };
}
