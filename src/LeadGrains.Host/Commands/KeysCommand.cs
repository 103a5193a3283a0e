using System.CommandLine;
using LeadGrains.Gateway.Access;
using LeadGrains.Host.Clients;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains keys</c>: who may call. Works on the data itself, also while a server uses it.</summary>
internal static class KeysCommand
{
    public static Command Build(CommandContext context) => new("keys", "Makes, lists and revokes the keys by which servers know their callers.")
    {
        KeysCreateCommand.Build(context),
        BuildList(context),
        BuildRevoke(context),
    };

    private static DetailedCommand BuildList(CommandContext context)
    {
        var where = new RegistryOption();
        var json = KindArgument.Json();
        var command = new DetailedCommand("list", "Lists all keys.", "What a key is was shown once, when it was made: only a hash of it is kept. The last use is written once a minute. A key that is `unreadable` lets nobody in: its record in the store is damaged. Revoke it, and make another.") { json };
        where.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (registry, _) = await where.OpenAsync(parsed, context, makes: false, cancellationToken);
            await using (registry)
            {
                var keys = await new KeyBook(registry, context.Clock).ListAsync(cancellationToken);
                if (parsed.GetValue(json))
                {
                    context.Terminal.Line(KeyTables.Json(keys, context.Clock.GetUtcNow()));
                }
                else
                {
                    KeyTables.Show(context.Terminal, keys, context.Clock.GetUtcNow());
                }
            }
        });
        return command;
    }

    private static DetailedCommand BuildRevoke(CommandContext context)
    {
        var where = new RegistryOption();
        var id = new Argument<string>("ID") { Description = "The key's id, as `keys list` shows it, or the whole key." };
        var command = new DetailedCommand(
            "revoke", "Ends a key.", "Servers refuse it within 2 s, and end the streams that are open with it. Where there was a key once, every caller needs one: a server does not open up again when its last key goes.") { id };
        where.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (registry, name) = await where.OpenAsync(parsed, context, makes: false, cancellationToken);
            await using (registry)
            {
                var key = await RevokeAsync(new KeyBook(registry, context.Clock), parsed.GetValue(id)!, cancellationToken)
                    ?? throw new CommandFailedException($"There is no such key in {name}. `leadgrains keys list` shows those there are.");
                context.Terminal.Line($"The key {key.Id} ({key.Name}, workspace {key.Workspace}) is revoked. Servers refuse it within 2 s.");
            }
        });
        return command;
    }

    // Who holds a key that has leaked wants to be rid of it, and not to look for the part that is its id.
    private static async Task<KeyListing?> RevokeAsync(KeyBook book, string given, CancellationToken cancellationToken)
    {
        var parts = given.Split('_');
        var id = parts.Length == 3 ? parts[1] : given;
        return id.Length == KeyText.IdLetters && id.All(KeyText.Letters.Contains)
            ? await book.RevokeAsync(id, RegistryOption.Operator, cancellationToken)
            : null;
    }
}
