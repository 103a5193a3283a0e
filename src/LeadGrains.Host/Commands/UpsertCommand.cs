using System.CommandLine;
using Google.Protobuf.Collections;
using LeadGrains.Host.Clients;
using LeadGrains.V1;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains upsert contact|account ID</c>.</summary>
internal static class UpsertCommand
{
    private const string Details = "What is left out stays as it is. Shows what is known afterwards; ends with 1 if the server refuses it.";

    public static Command Build(CommandContext context) => new("upsert", "Tells what is known of a contact or an account: traits, names, other ids.")
    {
        BuildContact(context),
        BuildAccount(context),
    };

    private static DetailedCommand BuildContact(CommandContext context)
    {
        var id = KindArgument.Id("contact");
        var email = Text("--email", "The e-mail address.", "ADDRESS");
        var account = Text("--account", "The account that the contact belongs to.", "ID");
        var aliases = Texts("--alias", "Another id of the same person: its signals join the contact's, and it leads there from then on. Repeat it for several.", "ID");
        var traits = Traits();
        var json = KindArgument.Json();
        var server = new ServerOption();
        var command = new DetailedCommand("contact", "Creates a contact, or adds to what is known of one.", Details) { id, email, account, aliases, traits, json };
        server.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var item = new ContactTraits
            {
                ContactId = parsed.GetValue(id)!,
                Email = parsed.GetValue(email) ?? "",
                AccountId = parsed.GetValue(account) ?? "",
                Traits = TraitTexts.Message(parsed.GetValue(traits) ?? []),
            };
            item.Aliases.AddRange(parsed.GetValue(aliases) ?? []);
            using var connection = new ServerConnection(server.Read(parsed), context.Clock);
            var answer = await connection.Contacts.UpsertContactsAsync(new UpsertContactsRequest { Contacts = { item } }, connection.Call(cancellationToken));
            ThrowIfRejected(answer.Rejections);
            SpacedIds.Warn(context.Terminal, [item.ContactId, item.AccountId, .. item.Aliases]);
            var known = await connection.Contacts.GetContactAsync(new GetContactRequest { ContactId = item.ContactId }, connection.Call(cancellationToken));
            context.Terminal.Answer(known, parsed.GetValue(json), ExplanationTables.Show);
        });
        return command;
    }

    private static DetailedCommand BuildAccount(CommandContext context)
    {
        var id = KindArgument.Id("account");
        var name = Text("--name", "The name to show.", "NAME");
        var domains = Texts("--domain", "A domain whose contacts belong to the account. Repeat it for several.", "DOMAIN");
        var companies = Texts("--company-name", "Another name of the company, which finds contacts by their trait company. Repeat it for several.", "NAME");
        var parent = Text("--parent", "The account that this one is a part of; - takes it away.", "ID");
        var traits = Traits();
        var json = KindArgument.Json();
        var server = new ServerOption();
        var command = new DetailedCommand("account", "Creates an account, or adds to what is known of one.", Details) { id, name, domains, companies, parent, traits, json };
        server.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var item = new AccountTraits
            {
                AccountId = parsed.GetValue(id)!,
                Name = parsed.GetValue(name) ?? "",
                ParentAccountId = parsed.GetValue(parent) ?? "",
                Traits = TraitTexts.Message(parsed.GetValue(traits) ?? []),
            };
            item.Domains.AddRange(parsed.GetValue(domains) ?? []);
            item.CompanyNames.AddRange(parsed.GetValue(companies) ?? []);
            using var connection = new ServerConnection(server.Read(parsed), context.Clock);
            var answer = await connection.Accounts.UpsertAccountsAsync(new UpsertAccountsRequest { Accounts = { item } }, connection.Call(cancellationToken));
            ThrowIfRejected(answer.Rejections);
            SpacedIds.Warn(context.Terminal, item.AccountId, item.ParentAccountId);
            var known = await connection.Accounts.GetAccountAsync(new GetAccountRequest { AccountId = item.AccountId }, connection.Call(cancellationToken));
            context.Terminal.Answer(known, parsed.GetValue(json), ExplanationTables.Show);
        });
        return command;
    }

    private static void ThrowIfRejected(RepeatedField<Rejection> rejections)
    {
        if (rejections is [var rejection, ..])
        {
            throw new CommandFailedException($"The server refuses it: {rejection.Message.TrimEnd('.')}.");
        }
    }

    private static Option<string?> Text(string option, string description, string helpName) => new(option) { Description = description, HelpName = helpName };

    private static Option<string[]> Texts(string option, string description, string helpName) => new(option) { Description = description, HelpName = helpName };

    private static Option<KeyValuePair<string, string>[]> Traits() => new("--trait")
    {
        Description = "What is known, such as employees=800. Another name adds one; the same name again makes a list; NAME= takes it away.",
        HelpName = "NAME=VALUE",
        CustomParser = OptionText.Traits,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };
}
