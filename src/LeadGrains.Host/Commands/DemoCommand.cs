using System.CommandLine;
using System.Net;
using LeadGrains.Host.Clients;
using LeadGrains.Host.Demonstration;
using LeadGrains.Host.Serving;
using LeadGrains.V1;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains demo</c>.</summary>
internal static class DemoCommand
{
    private const int TopAccounts = 10;
    private const int TopParts = 15;

    private const string Details =
        """
        Serves on a temporary folder and free ports, sends a made-up month of activity over gRPC, and shows the best
        companies and why the first one is first. Removes the folder at its end.
        """;

    public static Command Build(CommandContext context)
    {
        var keep = new Option<bool>("--keep") { Description = "Go on serving afterwards, until SIGINT or SIGTERM." };
        var seed = new Option<int>("--seed")
        {
            Description = "Another one makes up other people.",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
            CustomParser = OptionText.Whole(0, int.MaxValue),
        };
        var command = new DetailedCommand("demo", "Shows what LeadGrains does, within seconds.", Details) { keep, seed };
        command.SetAction((parsed, cancellationToken) => RunAsync(context, parsed.GetValue(keep), parsed.GetValue(seed), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, bool keep, int seed, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("leadgrains-demo-");
        try
        {
            var settings = new ServeSettings
            {
                Data = folder.FullName,
                Grpc = new IPEndPoint(IPAddress.Loopback, 0),
                Http = new IPEndPoint(IPAddress.Loopback, 0),
                LogLevel = LogLevel.Warning,
            };
            await using var server = await RunningServer.StartAsync(settings, context.Clock, stop);
            context.Terminal.Line($"A server with its data in {folder.FullName}, which is removed at the end.");
            await ShowAsync(context, server.GrpcAddress, seed, stop);
            if (keep)
            {
                ShowHowToGoOn(context, server);
                await server.WaitForEndAsync(stop);
            }

            return await server.StopAsync() ? ExitCode.Done : ExitCode.Failed;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task ShowAsync(CommandContext context, Uri address, int seed, CancellationToken stop)
    {
        var terminal = context.Terminal;
        using var connection = new ServerConnection(address, context.Clock);
        var random = new Random(seed);
        var people = new DemoPeople(random);
        var stream = new DemoStream(people, random, context.Clock.GetUtcNow());
        terminal.Line(
            $"A month in the life of {ScoreText.Of((long)people.People.Count)} people, {DemoPeople.FreeMailPeople} of them with a free mail address that leads to no company.");
        terminal.Line(
            $"{ScoreText.Of((long)stream.Signals.Count)} signals, {ScoreText.Of((long)stream.Duplicates)} of them sent a second time and {ScoreText.Of((long)stream.Late)} sent days late.");
        var outcome = await terminal.WithProgressAsync(
            "Sending", context.Clock, progress => new DemoFeed(connection, people, stream).RunAsync(progress, stop));
        terminal.Line($"{ScoreText.Of(outcome.Recorded)} recorded, {ScoreText.Of(outcome.Duplicates, "duplicate")}, {ScoreText.Of(outcome.Rejected)} rejected.");
        terminal.Line();

        var ranked = await connection.Ranking.RankAccountsAsync(new RankAccountsRequest { PageSize = TopAccounts }, connection.Call(stop));
        ranked.NextPageToken = "";
        ScoreTables.Show(terminal, ranked);
        if (ranked.Accounts is [var first, ..])
        {
            terminal.Line();
            terminal.Line("Why the first one is first:");
            terminal.Line();
            var request = new ExplainAccountRequest { AccountId = first.AccountId };
            ExplanationTables.Show(terminal, await connection.Accounts.ExplainAccountAsync(request, connection.Call(stop)), TopParts);
        }
    }

    private static void ShowHowToGoOn(CommandContext context, RunningServer server)
    {
        context.Terminal.Line();
        context.Terminal.Line($"Try: leadgrains rank contacts --server {server.GrpcAddress}");
        server.AnnounceReady(context.Terminal);
    }
}
