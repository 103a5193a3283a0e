using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using LeadGrains.V1;

namespace LeadGrains.Host.Demonstration;

/// <summary>Made-up companies and the people in them.</summary>
internal sealed class DemoPeople
{
    private static readonly string[] First =
        ["Ada", "Ben", "Clara", "David", "Elif", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Kaya", "Lars", "Mina", "Noor", "Oskar", "Paula", "Quinn", "Rosa", "Sami", "Tessa"];

    private static readonly string[] Last =
        ["Almeida", "Berg", "Castro", "Dubois", "Eriksen", "Fischer", "Garcia", "Haddad", "Ivanova", "Jensen", "Kowalski", "Lindqvist", "Moreau", "Novak", "Okafor", "Petrov"];

    private static readonly string[] Kinds = ["Robotics", "Logistics", "Software", "Health", "Energy", "Media"];
    private static readonly string[] Names = ["Northwind", "Blue Harbor", "Cedar", "Halcyon", "Ironbridge", "Juniper", "Kestrel", "Lumen"];
    private static readonly string[] Industries = ["software", "fintech", "manufacturing", "healthcare", "retail", "media"];
    private static readonly string[] Regions = ["emea", "north america", "apac", "latin america"];
    private static readonly string[] Titles = ["Chief Marketing Officer", "VP Sales", "Head of Growth", "Marketing Manager", "Solution Architect", "Analyst", "Marketing Intern"];
    private static readonly string[] Departments = ["marketing", "sales", "it", "finance", "human resources"];
    private static readonly int[] Sizes = [12, 80, 320, 900, 2400, 12000];

    /// <summary>Every sixth company is known only by its people's addresses.</summary>
    private const int UnlistedShare = 6;

    /// <summary>People who belong to no company that their address could tell.</summary>
    public const int FreeMailPeople = 30;

    public DemoPeople(Random random)
    {
        var number = 0;
        foreach (var (i, name) in Names.SelectMany(name => Kinds, (name, kind) => $"{name} {kind}").Index())
        {
            var slug = name.ToLowerInvariant().Replace(' ', '-');
            if (i % UnlistedShare != UnlistedShare - 1)
            {
                Accounts.Add(Account(slug, name, random));
            }

            // Some are about to buy, most are not.
            var interest = random.NextDouble() < 0.2 ? 3 : random.NextDouble();
            for (var people = random.Next(2, 9); people > 0; people--)
            {
                People.Add(Person(number++, $"{slug}.example", interest, random));
            }
        }

        People.AddRange(Enumerable.Range(0, FreeMailPeople).Select(_ => Person(number++, random.Next(2) == 0 ? "gmail.com" : "outlook.com", 0.7, random)));
    }

    public List<AccountTraits> Accounts { get; } = [];

    public List<DemoPerson> People { get; } = [];

    private static AccountTraits Account(string slug, string name, Random random) => new()
    {
        AccountId = slug,
        Name = name,
        Domains = { $"{slug}.example" },
        Traits = new Struct
        {
            Fields =
            {
                ["industry"] = Value.ForString(Pick(Industries, random)),
                ["employees"] = Value.ForNumber(Pick(Sizes, random)),
                ["region"] = Value.ForString(Pick(Regions, random)),
            },
        },
    };

    private static DemoPerson Person(int number, string domain, double interest, Random random)
    {
        var (first, last) = (Pick(First, random), Pick(Last, random));
        var email = string.Create(CultureInfo.InvariantCulture, $"{first}.{last}{number}@{domain}").ToLowerInvariant();
        var traits = new ContactTraits
        {
            ContactId = $"{first}-{last}-{number}".ToLowerInvariant(),
            Email = email,
            Traits = new Struct
            {
                Fields =
                {
                    ["title"] = Value.ForString(Pick(Titles, random)),
                    ["department"] = Value.ForString(Pick(Departments, random)),
                },
            },
        };
        return new DemoPerson(traits, interest * (0.3 + random.NextDouble()));
    }

    private static T Pick<T>(T[] from, Random random) => from[random.Next(from.Length)];
}

/// <summary>A person, and how eagerly it acts: about 1 is usual.</summary>
internal sealed record DemoPerson(ContactTraits Traits, double Interest);
