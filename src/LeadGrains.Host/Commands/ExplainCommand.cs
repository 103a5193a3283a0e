using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LeadGrains.Host.Clients;
using LeadGrains.Host.Terminals;
using LeadGrains.V1;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains explain contact|account ID</c>.</summary>
internal static class ExplainCommand
{
    /// <summary>As many signals as the server lists on one page. A longer history is not read anew for a hint.</summary>
    private const int NewestLookedAt = 1_000;

    public static Command Build(CommandContext context) => new("explain", "Says what one contact's or account's score is made of.")
    {
        BuildOne("contact", context, async (connection, id, at, model, json, cancellationToken) =>
        {
            var request = new ExplainContactRequest { ContactId = id, AsOf = at, Model = model };
            var answer = await connection.Contacts.ExplainContactAsync(request, connection.Call(cancellationToken));
            context.Terminal.Answer(answer, json, ExplanationTables.Show);
            if (!json && at is null && answer.Contact.SignalCount <= NewestLookedAt)
            {
                await ShowTypesWithoutRuleAsync(context.Terminal, connection, id, cancellationToken);
            }
        }),
        BuildOne("account", context, async (connection, id, at, model, json, cancellationToken) => context.Terminal.Answer(
            await connection.Accounts.ExplainAccountAsync(
                new ExplainAccountRequest { AccountId = id, AsOf = at, Model = model }, connection.Call(cancellationToken)),
            json,
            ExplanationTables.Show)),
    };

    // What no rule looks at is no part of a score, so the explanation does not have it: the history does.
    private static async Task ShowTypesWithoutRuleAsync(Terminal terminal, ServerConnection connection, string id, CancellationToken cancellationToken)
    {
        try
        {
            var request = new ListSignalsRequest { ContactId = id, PageSize = NewestLookedAt };
            SignalTables.ShowTypesWithoutRule(terminal, await connection.Contacts.ListSignalsAsync(request, connection.Call(cancellationToken)));
        }
        catch (RpcException fault) when (fault.StatusCode != StatusCode.Cancelled)
        {
            // The explanation stands without the hint.
        }
    }

    private static Command BuildOne(
        string kind, CommandContext context, Func<ServerConnection, string, Timestamp?, ExplainedModel, bool, CancellationToken, Task> explain)
    {
        var id = KindArgument.Id(kind);
        var at = new Option<DateTimeOffset?>("--at")
        {
            Description = "The instant to explain, such as 2026-11-21T20:00:00Z; one gone by counts what had been received by then, one ahead forecasts. Without it: now.",
            HelpName = "INSTANT",
            CustomParser = OptionText.Instant,
        };
        var ofTheTime = new Option<bool>("--model-of-the-time") { Description = "Explains under the model that was active at that instant, not under the one that is active now." };
        var json = KindArgument.Json();
        var server = new ServerOption();
        var command = new Command(kind, $"Lists every part of one {kind}'s score; the parts add up to fit and intent points.") { id, at, ofTheTime, json };
        server.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connection = new ServerConnection(server.Read(parsed), context.Clock);
            var instant = parsed.GetValue(at) is { } given ? Timestamp.FromDateTimeOffset(given) : null;
            var model = parsed.GetValue(ofTheTime) ? ExplainedModel.OfTheTime : ExplainedModel.Active;
            await explain(connection, parsed.GetValue(id)!, instant, model, parsed.GetValue(json), cancellationToken);
        });
        return command;
    }
}
