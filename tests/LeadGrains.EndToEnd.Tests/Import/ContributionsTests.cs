using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.Import;

/// <summary>Fourteen years of real contributions to open-source projects, which lie beside the repository where there are any.</summary>
public sealed class ContributionsTests
{
    private const ulong Signals = 40_654;
    private const int MostAPage = 1_000;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private static readonly string[] NoCompanies = ["gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "users.noreply.github.com"];

    private static string Contributions => Path.GetFullPath(Path.Combine(RepositoryFiles.Root, "..", "shared", "data", "contributions.jsonl.gz"));

    private static string Model => Path.Combine(RepositoryFiles.Root, "deploy", "models", "contributions.yaml");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Import_WhenRunTwice_RecordsEachContributionOnce()
    {
        Assert.SkipUnless(File.Exists(Contributions), "the contributions do not lie beside the repository");
        using var data = new TempFolder();
        await using var server = await ServerProcess.StartAsync(data.Path, Model, Cancelled);

        await ImportAsync(server, recorded: Signals, duplicates: 0);
        var first = await CountsAsync(server);
        await ImportAsync(server, recorded: 0, duplicates: Signals);
        var second = await CountsAsync(server);

        Assert.Equal(Signals, (ulong)first.Values.Sum(contact => (long)contact.Signals));
        Assert.Equal(first, second);
        await CompaniesRankAsync(server);
    }

    private static async Task ImportAsync(ServerProcess server, ulong recorded, ulong duplicates)
    {
        var (exitCode, output) = await Command.RunAsync(Limit, Cancelled, "import", Contributions, "--server", server.Grpc.ToString());
        Assert.True(exitCode == 0, output);
        Assert.Contains($"{recorded:N0} recorded, {duplicates:N0} duplicates, 0 rejected", output, StringComparison.Ordinal);
    }

    /// <summary>
    /// What a score is made of and time does not change: per contact its signals, and each rule's count. How many came
    /// twice is left out: it is what a second import adds to.
    /// </summary>
    private static async Task<Dictionary<string, (ulong Signals, string Counts)>> CountsAsync(ServerProcess server)
    {
        var counts = new Dictionary<string, (ulong, string)>(StringComparer.Ordinal);
        var request = new RankContactsRequest { PageSize = MostAPage };
        do
        {
            var page = await server.Ranking.RankContactsAsync(request, cancellationToken: Cancelled);
            foreach (var ranked in page.Contacts)
            {
                var explained = await server.Contacts.ExplainContactAsync(new ExplainContactRequest { ContactId = ranked.ContactId }, cancellationToken: Cancelled);
                var parts = explained.Parts.Where(part => part.Rule != "duplicate").Select(part => $"{part.Rule} {part.Group} {part.Count}").Order(StringComparer.Ordinal);
                counts.Add(ranked.ContactId, (explained.Contact.SignalCount, string.Join("; ", parts)));
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return counts;
    }

    private static async Task CompaniesRankAsync(ServerProcess server)
    {
        var page = await server.Ranking.RankAccountsAsync(new RankAccountsRequest { PageSize = MostAPage }, cancellationToken: Cancelled);
        var companies = page.Accounts.Select(account => account.AccountId).ToList();

        Assert.Equal(companies.Count, (int)page.Matching);
        Assert.Equal(page.Accounts.Select(account => account.Score.Total).OrderDescending(), page.Accounts.Select(account => account.Score.Total));
        Assert.All(["microsoft.com", "medeanalytics.com", "google.com"], company => Assert.Contains(company, companies));
        Assert.True(page.Accounts[0].Score.Intent > 1, "the first company has hardly any intent");
        Assert.DoesNotContain(companies, company => NoCompanies.Contains(company));

        // Eight contributions came from GitHub's own people, thousands from addresses that only forward mail.
        var github = await server.Accounts.GetAccountAsync(new GetAccountRequest { AccountId = "github.com" }, cancellationToken: Cancelled);
        Assert.InRange(github.Account.ContactCount, 1u, 8u);
    }
}
