using System.CommandLine;
using System.Globalization;
using LeadGrains.Gateway.Access;
using LeadGrains.Grains;
using LeadGrains.Host.Composition;
using LeadGrains.Host.Serving;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains keys create</c>.</summary>
internal static class KeysCreateCommand
{
    private const int MostPerSecond = 10_000_000;
    private const int MostDays = 3_650;

    private const string Details =
        """
        The key is printed once, alone on standard output, and only a hash of it is kept. Programs send it as `authorization: Bearer KEY`,
        or over HTTP as the user of Basic or as X-Write-Key; the commands take it with --api-key-file or from LEADGRAINS_API_KEY.
        Running servers know it within 2 s. With the first key of a store every caller needs one.
        """;

    private static readonly string[] Example = ["https://app.example.com"];

    public static Command Build(CommandContext context)
    {
        var options = new Options();
        var where = new RegistryOption();
        var command = new DetailedCommand("create", "Makes a key and shows it, this once.", Details);
        options.AddTo(command);
        where.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var key = options.Read(parsed);
            if (key.Fault is { } fault)
            {
                throw new BadUsageException(fault);
            }

            var (registry, name) = await where.OpenAsync(parsed, context, makes: true, cancellationToken);
            await using (registry)
            {
                var id = ProcessRandomness.Letters(KeyText.Letters, KeyText.IdLetters);
                var secret = ProcessRandomness.Letters(KeyText.Letters, KeyText.SecretLetters);
                var text = await new KeyBook(registry, context.Clock).CreateAsync(key, id, secret, RegistryOption.Operator, cancellationToken);
                context.Terminal.Line(text);
                context.Terminal.Complain($"This is the only time that it is shown. Its id is {id}, its workspace {key.Workspace}; it is kept in {name}.");
            }
        });
        return command;
    }

    private sealed class Options
    {
        private readonly Option<string> _workspace = new("--workspace")
        { Description = "Whose data it sees, and no other: 1 to 64 of a-z, 0-9 and -.", HelpName = "W", DefaultValueFactory = _ => Workspaces.Default };

        private readonly Option<string> _name = new("--name") { Description = "Who is going to use it, for people.", HelpName = "N", Required = true };

        private readonly Option<KeyScopes> _scopes = new("--scope")
        {
            Description = "What it is good for, with commas between: ingest (send signals, contacts, accounts), read (ask), model (try and publish models), admin (webhooks, exports and erasures of a person, the audit trail, what was refused).",
            HelpName = "SCOPES",
            Required = true,
            CustomParser = result =>
            {
                if (ScopeNames.Read(result.Tokens[0].Value) is { } scopes)
                {
                    return scopes;
                }

                result.AddError($"--scope wants some of ingest, read, model and admin with commas between, not '{result.Tokens[0].Value}'.");
                return KeyScopes.None;
            },
        };

        private readonly Option<TimeSpan?> _expires = new("--expires")
        {
            Description = "How long it is in force, such as 90d, 12h or 2w. Without it: for ever.",
            HelpName = "TIME",
            CustomParser = result =>
            {
                if (Lifetime(result.Tokens[0].Value) is { } lifetime)
                {
                    return lifetime;
                }

                result.AddError($"--expires wants a time from 1h to {MostDays}d, such as 90d, 12h or 2w, not '{result.Tokens[0].Value}'.");
                return null;
            },
        };

        private readonly Option<string[]> _origins = new("--origin")
        {
            Description = $"Lets pages of this origin, such as {Example[0]}, use it; everybody sees it there, so it may only ingest. Repeat it for several.",
            HelpName = "ORIGIN",
            Arity = ArgumentArity.OneOrMore,
            CustomParser = result => [.. result.Tokens.Select(token =>
            {
                if (!BrowserAccess.TryReadOrigin(token.Value, out var origin) || origin == BrowserAccess.AnyOrigin)
                {
                    result.AddError($"--origin wants an origin such as {Example[0]}, without a path, not '{token.Value}'.");
                }

                return origin;
            })],
        };

        private readonly Option<int> _signals = new("--signals-per-second")
        {
            Description = "The most signals, contacts and accounts that it may send a second; twice as many at once after a pause. Nodes of a cluster share it: each lets its part through, and one a second at least. 0 for no limit.",
            HelpName = "N",
            CustomParser = OptionText.Whole(0, MostPerSecond),
        };

        private readonly Option<int> _queries = new("--queries-per-second")
        {
            Description = "The most questions that it may ask a second; twice as many at once after a pause. Nodes of a cluster share it: each lets its part through, and one a second at least. 0 for no limit.",
            HelpName = "N",
            CustomParser = OptionText.Whole(0, MostPerSecond),
        };

        public void AddTo(Command command)
        {
            foreach (var option in new Option[] { _workspace, _name, _scopes, _expires, _origins, _signals, _queries })
            {
                command.Add(option);
            }
        }

        public NewKey Read(ParseResult parsed) => new()
        {
            Workspace = parsed.GetValue(_workspace)!,
            Name = parsed.GetValue(_name)!,
            Scopes = parsed.GetValue(_scopes),
            Lifetime = parsed.GetValue(_expires),
            Origins = parsed.GetValue(_origins) ?? [],
            SignalsPerSecond = (uint)parsed.GetValue(_signals),
            QueriesPerSecond = (uint)parsed.GetValue(_queries),
        };

        private static TimeSpan? Lifetime(string text)
        {
            var hours = text.Length == 0 ? 0 : text[^1] switch { 'h' => 1, 'd' => 24, 'w' => 7 * 24, _ => 0 };
            return hours > 0 && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                && count > 0 && (long)count * hours <= MostDays * 24
                ? TimeSpan.FromHours((double)count * hours)
                : null;
        }
    }
}
