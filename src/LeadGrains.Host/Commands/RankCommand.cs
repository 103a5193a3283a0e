using System.CommandLine;
using LeadGrains.Host.Clients;
using LeadGrains.Host.Terminals;
using LeadGrains.V1;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains rank accounts|contacts</c>.</summary>
internal static class RankCommand
{
    /// <summary>As many as the server gives in one page.</summary>
    private const int MaxPage = 1_000;

    public static Command Build(CommandContext context) => new("rank", "Lists accounts or contacts, highest score first.")
    {
        BuildOne("accounts", "Lists accounts, highest score first; --trait looks at the account's own traits.", context, AccountsAsync),
        BuildOne("contacts", "Lists contacts, highest score first; --trait looks at the contact's own traits.", context, ContactsAsync),
    };

    private static Command BuildOne(
        string name, string description, CommandContext context, Func<CommandContext, RankArguments, CancellationToken, Task> run)
    {
        var options = new RankOptions();
        var command = new Command(name, description);
        options.AddTo(command, ofAccounts: name == "accounts");
        command.SetAction((parsed, cancellationToken) => run(context, options.Read(parsed), cancellationToken));
        return command;
    }

    private static async Task AccountsAsync(CommandContext context, RankArguments asked, CancellationToken cancellationToken)
    {
        using var connection = new ServerConnection(asked.Server, context.Clock);
        var rows = new List<RankedAccount>();
        var page = new RankAccountsResponse { NextPageToken = asked.PageToken };
        do
        {
            var request = new RankAccountsRequest
            {
                Filter = asked.Filter,
                RankBy = asked.By,
                PageSize = Math.Min(MaxPage, asked.Limit - rows.Count),
                PageToken = page.NextPageToken,
                Shadow = asked.Shadow,
            };
            page = await connection.Ranking.RankAccountsAsync(request, connection.Call(cancellationToken));
            rows.AddRange(page.Accounts);
        }
        while (rows.Count < asked.Limit && page.NextPageToken.Length > 0);

        page.Accounts.Clear();
        page.Accounts.AddRange(rows);
        context.Terminal.Answer(page, asked.Json, (terminal, answer) =>
        {
            ScoreTables.Show(terminal, answer);
            ShowStagesOfShadow(terminal, asked);
        });
    }

    private static async Task ContactsAsync(CommandContext context, RankArguments asked, CancellationToken cancellationToken)
    {
        using var connection = new ServerConnection(asked.Server, context.Clock);
        var rows = new List<RankedContact>();
        var page = new RankContactsResponse { NextPageToken = asked.PageToken };
        do
        {
            var request = new RankContactsRequest
            {
                Filter = asked.Filter,
                RankBy = asked.By,
                PageSize = Math.Min(MaxPage, asked.Limit - rows.Count),
                PageToken = page.NextPageToken,
                Shadow = asked.Shadow,
            };
            page = await connection.Ranking.RankContactsAsync(request, connection.Call(cancellationToken));
            rows.AddRange(page.Contacts);
        }
        while (rows.Count < asked.Limit && page.NextPageToken.Length > 0);

        page.Contacts.Clear();
        page.Contacts.AddRange(rows);
        context.Terminal.Answer(page, asked.Json, (terminal, answer) =>
        {
            ScoreTables.Show(terminal, answer);
            ShowStagesOfShadow(terminal, asked);
        });
    }

    private static void ShowStagesOfShadow(Terminal terminal, RankArguments asked)
    {
        if (asked.Shadow)
            terminal.Line("Scores are the shadow model's; stages are those that are held now. `model shadow compare` shows those that publishing it would lead to.");
    }
}
