using System.Globalization;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.Testing.Postgres;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.Copying;

/// <summary>Data that goes from a folder to PostgreSQL and back is served as it was, each time with what came since.</summary>
public sealed partial class StoreCopyTests : IAsyncLifetime
{
    /// <summary>A number with a fraction, kept when a text is split at it.</summary>
    [GeneratedRegex(@"(-?\d+\.\d+(?:E[-+]?\d+)?)", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Fraction { get; }

    private const int Kills = 3;
    private static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("LEADGRAINS_SEED") ?? "20261122", CultureInfo.InvariantCulture);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly TempFolder _folder = new();
    private PostgresServer? _database;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        OtherPrograms.RequirePostgres();
        _database = await PostgresServer.StartAsync(_folder.Path, ["fsync=off"], Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Copy_WhenServedAfterwards_AnswersAsBefore()
    {
        using var data = new TempFolder();
        using var back = new TempFolder();
        var database = _database!.AddressOf("postgres");
        var target = Path.Combine(back.Path, "data");

        await LoadAsync(data.Path, seed: 1);
        var before = await AskAsync(data.Path, token: null);
        Assert.Equal(40, before.Answers.Count);
        await CopyAsync(data.Path, database);
        var inDatabase = await AskAsync(database, before.Token);
        AssertSame(before.Answers, inDatabase.Answers);

        await LoadAsync(database, seed: 2);
        var more = await AskAsync(database, token: null);
        Assert.NotEqual(before.Answers.Select(answer => answer.ToString()), more.Answers.Select(answer => answer.ToString()));
        await CopyAsync(database, target);
        AssertSame(more.Answers, (await AskAsync(target, more.Token)).Answers);
    }

    [Fact]
    public async Task Copy_WhenKilledAtRandomInstants_GoesOnAndIsServedOnlyWhole()
    {
        using var data = new TempFolder();
        using var copies = new TempFolder();
        var random = new Random(Seed);
        TestContext.Current.SendDiagnosticMessage("LEADGRAINS_SEED={0}", Seed);
        await LoadAsync(data.Path, seed: 3);
        foreach (var target in new[] { Path.Combine(copies.Path, "data"), _database!.AddressOf("postgres") })
        {
            for (var kill = 0; kill < Kills; kill++)
            {
                await using var copying = Command.Start("store", "copy", "--from", data.Path, "--to", target);
                await Task.Delay(random.Next(150, 900), Cancelled);
                copying.Kill();
                await copying.WaitAsync(Limit, Cancelled);
                if (copying.Output.Contains("can be served", StringComparison.Ordinal))
                    break;
            }

            // The last one may have come to its end, and been killed thereafter.
            var (exitCode, output) = await Command.RunAsync(Limit, Cancelled, "store", "copy", "--from", data.Path, "--to", target);
            Assert.True(exitCode == 0 || output.Contains("holds a store already", StringComparison.Ordinal), output);
            await using var server = await ServerProcess.StartAsync(target, model: null, Cancelled);
            Assert.Matches(@"Found [1-9][\d,]+ contacts, [1-9][\d,]+ accounts, [1-9][\d,]+ journal entries", server.Process.Output);
        }
    }

    [Fact]
    public async Task Copy_WhenAServerUsesOneOfThem_IsRefusedAndNamesIt()
    {
        using var data = new TempFolder();
        await using var server = await ServerProcess.StartAsync(data.Path, model: null, Cancelled);
        var (exitCode, output) = await Command.RunAsync(Limit, Cancelled, "store", "copy", "--from", data.Path, "--to", _database!.AddressOf("postgres"));
        Assert.Equal(1, exitCode);
        Assert.Contains($"is in use by process {server.Process.Id}. Stop that process", output, StringComparison.Ordinal);
    }

    // An account sums what its contacts give in the order that they were read in: the last digits are not the same.
    private static void AssertSame(List<IMessage> before, List<IMessage> after)
    {
        foreach (var (left, right) in before.Zip(after))
        {
            var (leftParts, rightParts) = (Fraction.Split(left.ToString()!), Fraction.Split(right.ToString()!));
            Assert.Equal(leftParts.Length, rightParts.Length);
            foreach (var (one, other) in leftParts.Zip(rightParts))
            {
                if (one != other)
                    Assert.Equal(Number(one), Number(other), Math.Abs(Number(one)) * 1e-6);
            }
        }

        Assert.Equal(before.Count, after.Count);
    }

    private static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static async Task LoadAsync(string data, int seed)
    {
        await using var server = await ServerProcess.StartAsync(data, model: null, Cancelled);
        var (exitCode, output) = await Command.RunAsync(
            Limit, Cancelled, "load", "--rate", "10000", "--duration", "2s", "--warm-up", "500ms",
            "--contacts", "3000", "--accounts", "300", "--batch", "100", "--seed", $"{seed}", "--server", server.Grpc.ToString(), "--http", server.Http.ToString());
        Assert.True(exitCode == 0, output);
        Assert.Equal(0, await server.TerminateAsync(Cancelled));
    }

    private static async Task CopyAsync(string from, string to)
    {
        var (exitCode, output) = await Command.RunAsync(Limit, Cancelled, "store", "copy", "--from", from, "--to", to);
        Assert.True(exitCode == 0, output);
        Assert.Matches(@"Copied [\d,]+ journal entries, [\d,]+ contacts and accounts and 1 models in 16 partitions, and found both equal", output);
    }

    // All at one instant, which a page's token holds: rankings, and explanations of those who are in front.
    private static async Task<(List<IMessage> Answers, Asked Token)> AskAsync(string data, Asked? token)
    {
        await using var server = await ServerProcess.StartAsync(data, model: null, Cancelled);
        var asked = token ?? await BeginAsync(server);
        var answers = new List<IMessage>();
        var accounts = await server.Ranking.RankAccountsAsync(new RankAccountsRequest { PageSize = 200, PageToken = asked.Accounts }, cancellationToken: Cancelled);
        var contacts = await server.Ranking.RankContactsAsync(new RankContactsRequest { PageSize = 200, PageToken = asked.Contacts }, cancellationToken: Cancelled);
        answers.AddRange(accounts.Accounts.Take(10));
        answers.AddRange(contacts.Contacts.Take(10));
        foreach (var account in accounts.Accounts.Take(10))
            answers.Add(await server.Accounts.ExplainAccountAsync(new ExplainAccountRequest { AccountId = account.AccountId, AsOf = asked.At }, cancellationToken: Cancelled));
        foreach (var contact in contacts.Contacts.Take(10))
            answers.Add(await server.Contacts.ExplainContactAsync(new ExplainContactRequest { ContactId = contact.ContactId, AsOf = asked.At }, cancellationToken: Cancelled));
        Assert.Equal(0, await server.TerminateAsync(Cancelled));
        return (answers, asked);
    }

    private static async Task<Asked> BeginAsync(ServerProcess server)
    {
        var accounts = await server.Ranking.RankAccountsAsync(new RankAccountsRequest { PageSize = 1 }, cancellationToken: Cancelled);
        var contacts = await server.Ranking.RankContactsAsync(new RankContactsRequest { PageSize = 1 }, cancellationToken: Cancelled);
        return new Asked(accounts.NextPageToken, contacts.NextPageToken, accounts.AsOf);
    }

    private sealed record Asked(string Accounts, string Contacts, Timestamp At);
}
