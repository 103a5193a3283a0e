using Google.Protobuf.WellKnownTypes;
using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.Crash;

/// <summary>The people and companies that the signals are about. Each person's signals go on one stream.</summary>
internal sealed class Population
{
    private const int PeopleAStream = 20, CompanyCount = 12, AccountSignalOneIn = 20;

    private readonly DateTimeOffset _newest;
    private readonly Person[][] _people;

    /// <param name="streams">How many senders share the people.</param>
    /// <param name="newest">No signal occurred later.</param>
    public Population(int streams, DateTimeOffset newest)
    {
        _newest = newest;
        _people = [.. Enumerable.Range(0, streams).Select(stream => Enumerable.Range(0, PeopleAStream)
            .Select(i => new Person($"person-{stream}-{i}", CompanyOf((stream * PeopleAStream) + i), IsChief: i % 5 == 0)).ToArray())];
    }

    public IEnumerable<Person> Everyone => _people.SelectMany(people => people);

    public IEnumerable<string> Companies => Everyone.Select(person => person.Company).Distinct();

    public async Task UpsertAsync(ServerProcess server, CancellationToken cancellationToken)
    {
        var request = new UpsertContactsRequest { AckLevel = AckLevel.Recorded };
        request.Contacts.Add(Everyone.Select(person => new ContactTraits
        {
            ContactId = person.Id,
            Email = person.Email,
            Traits = new Struct { Fields = { ["title"] = Value.ForString(person.IsChief ? "Chief Engineer" : "Engineer") } },
        }));
        var answer = await server.Contacts.UpsertContactsAsync(request, cancellationToken: cancellationToken);
        Assert.Equal((uint)request.Contacts.Count, answer.Recorded);
    }

    public SentSignal Draw(int stream, string id, Random random)
    {
        var person = _people[stream][random.Next(PeopleAStream)];
        var kind = SignalKind.All[random.Next(SignalKind.All.Count)];
        var occurredAt = _newest - TimeSpan.FromSeconds(random.Next(30 * 24 * 3600));
        return new SentSignal(id, random.Next(AccountSignalOneIn) == 0 ? null : person, person.Company, kind, occurredAt);
    }

    private static string CompanyOf(int person) => $"company{person % CompanyCount}.com";
}
