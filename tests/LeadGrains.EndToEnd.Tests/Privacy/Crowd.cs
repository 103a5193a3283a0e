using System.Globalization;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.Privacy;

/// <summary>People at a server, of whom some are erased, and how all the others stand.</summary>
internal static class Crowd
{
    public const int People = 40;
    private const int Companies = 5;

    // Far enough ahead that no question is asked after it: all are answered for the same instant.
    private static readonly Timestamp Then = Timestamp.FromDateTime(DateTime.SpecifyKind(new DateTime(2030, 1, 1), DateTimeKind.Utc));

    public static string Id(int person) => string.Create(CultureInfo.InvariantCulture, $"crm-person-{person:00}-xq7");

    public static string Cookie(int person) => string.Create(CultureInfo.InvariantCulture, $"cookie-of-{person:00}-zk4");

    public static string Old(int person) => string.Create(CultureInfo.InvariantCulture, $"former-id-{person:00}-vb2");

    public static string Email(int person) => string.Create(CultureInfo.InvariantCulture, $"first.last.{person:00}@{Company(person)}");

    public static string Company(int person) => string.Create(CultureInfo.InvariantCulture, $"company{person % Companies}.com");

    /// <summary>What must not be found anywhere once a person is erased.</summary>
    public static IEnumerable<string> Texts(int person) => [Id(person), Cookie(person), Old(person), Email(person)];

    /// <summary>Everybody visits without a name, becomes known, is merged with a former id, and does what brings stages.</summary>
    public static async Task FillAsync(ServerProcess server, CancellationToken cancellationToken)
    {
        await RecordAsync(server, Enumerable.Range(0, People).SelectMany(Before), cancellationToken);
        var known = new UpsertContactsRequest { AckLevel = AckLevel.Ranked };
        known.Contacts.AddRange(Enumerable.Range(0, People).Select(person => new ContactTraits
        {
            ContactId = Id(person),
            Email = Email(person),
            Traits = new Struct { Fields = { ["mail"] = Value.ForString(Email(person)), ["title"] = Value.ForString("Head of IT") } },
            Aliases = { Cookie(person) },
        }));
        await server.Contacts.UpsertContactsAsync(known, cancellationToken: cancellationToken);
        for (var person = 0; person < People; person++)
            await server.Contacts.MergeContactsAsync(new MergeContactsRequest { FromContactId = Old(person), IntoContactId = Id(person) }, cancellationToken: cancellationToken);
        await RecordAsync(server, Enumerable.Range(0, People).SelectMany(After), cancellationToken);
        // Stages come a moment later.
        var nobody = new HashSet<int>();
        for (IReadOnlyDictionary<string, string>? last = null, now; ; last = now)
        {
            now = await StandAsync(server, nobody, cancellationToken);
            if (last is not null && now.All(stand => last[stand.Key] == stand.Value))
                return;
            await Task.Delay(200, cancellationToken);
        }
    }

    /// <summary>All signals of a person.</summary>
    public static IEnumerable<Signal> Everything(int person) => Before(person).Concat(After(person));

    /// <summary>Signals that come late, to every id of a person.</summary>
    public static Signal[] Late(int person) =>
        [Of(Id(person), "late", "demo_requested", Email(person)), Of(Cookie(person), "late", "page_viewed"), Of(Old(person), "late", "page_viewed")];

    public static async Task<RecordSignalsResponse> RecordAsync(ServerProcess server, IEnumerable<Signal> signals, CancellationToken cancellationToken) =>
        await server.Ingest.RecordSignalsAsync(new RecordSignalsRequest { Signals = { signals }, AckLevel = AckLevel.Ranked }, cancellationToken: cancellationToken);

    /// <summary>How everybody but some stands at one instant, byte for byte: the contacts, and the accounts that none of these belonged to.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> StandAsync(ServerProcess server, IReadOnlySet<int> without, CancellationToken cancellationToken)
    {
        var stands = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var person in Enumerable.Range(0, People).Where(person => !without.Contains(person)))
        {
            var answer = await server.Contacts.ExplainContactAsync(new ExplainContactRequest { ContactId = Id(person), AsOf = Then }, cancellationToken: cancellationToken);
            stands.Add(Id(person), answer.ToString());
        }

        var touched = without.Select(Company).ToHashSet(StringComparer.Ordinal);
        foreach (var company in Enumerable.Range(0, People).Select(Company).Distinct().Where(company => !touched.Contains(company)))
        {
            var answer = await server.Accounts.ExplainAccountAsync(new ExplainAccountRequest { AccountId = company, AsOf = Then }, cancellationToken: cancellationToken);
            stands.Add(company, answer.ToString());
        }

        return stands;
    }

    public static void AssertSame(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after)
    {
        Assert.Equal(before.Keys.Order(StringComparer.Ordinal), after.Keys.Order(StringComparer.Ordinal));
        Assert.All(before, stand => Assert.Equal(stand.Value, after[stand.Key]));
    }

    /// <summary>The erased are known by no id, in no ranking and no account, and come back by nothing that is sent.</summary>
    public static async Task CheckErasedAsync(ServerProcess server, int person, CancellationToken cancellationToken)
    {
        var late = await RecordAsync(server, Late(person), cancellationToken);
        Assert.Equal((0u, 0u), (late.Recorded, late.Duplicates));
        Assert.Equal([(0u, RejectionReason.Erased), (1u, RejectionReason.Erased), (2u, RejectionReason.Erased)], late.Rejections.Select(one => (one.Index, one.Reason)));
        var upsert = new UpsertContactsRequest { Contacts = { new ContactTraits { ContactId = Cookie(person), Email = Email(person) } } };
        var upserted = await server.Contacts.UpsertContactsAsync(upsert, cancellationToken: cancellationToken);
        Assert.Equal((0u, RejectionReason.Erased), (upserted.Recorded, Assert.Single(upserted.Rejections).Reason));
        foreach (var id in new[] { Id(person), Cookie(person), Old(person) })
        {
            var unknown = await Assert.ThrowsAsync<RpcException>(async () =>
                await server.Contacts.GetContactAsync(new GetContactRequest { ContactId = id }, cancellationToken: cancellationToken));
            Assert.Equal(StatusCode.NotFound, unknown.StatusCode);
        }

        var ranked = await server.Ranking.RankContactsAsync(new RankContactsRequest { PageSize = 1_000 }, cancellationToken: cancellationToken);
        Assert.DoesNotContain(ranked.Contacts, contact => Texts(person).Contains(contact.ContactId));
        var members = await server.Accounts.ListAccountContactsAsync(new ListAccountContactsRequest { AccountId = Company(person) }, cancellationToken: cancellationToken);
        Assert.DoesNotContain(members.Contacts, contact => Texts(person).Contains(contact.ContactId));
    }

    /// <summary>The texts that some bytes hold.</summary>
    public static IEnumerable<string> FoundIn(byte[] bytes, IEnumerable<string> texts) => texts.Where(text => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    /// <summary>The texts that files of a folder hold, each with its file.</summary>
    public static IReadOnlyList<string> FoundInFolder(string folder, IEnumerable<string> texts)
    {
        var all = texts.ToList();
        return
        [
            .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Where(file => Path.GetFileName(file) != "lock")
                .SelectMany(file => FoundIn(ReadShared(file), all).Select(text => $"{text} in {Path.GetFileName(file)}")),
        ];
    }

    private static IEnumerable<Signal> Before(int person) =>
    [
        .. Enumerable.Range(0, 4).Select(number => Of(Cookie(person), $"v{number}", "page_viewed")),
        .. Enumerable.Range(0, 3).Select(number => Of(Old(person), $"o{number}", "webinar_attended", Email(person))),
    ];

    private static IEnumerable<Signal> After(int person) => Enumerable.Range(0, 6).Select(number =>
        Of(number % 2 == 0 ? Id(person) : Cookie(person), $"d{number}", number == 0 ? "demo_requested" : "pricing_page_viewed", Email(person)));

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private static Signal Of(string contact, string id, string type, string email = "") =>
        new() { Id = $"{contact}/{id}", ContactId = contact, Type = type, Email = email, Attributes = { ["of"] = contact } };
}
