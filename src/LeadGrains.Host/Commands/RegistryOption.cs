using System.CommandLine;
using LeadGrains.Gateway.Access;
using LeadGrains.Grains;
using LeadGrains.Grains.Storage;
using LeadGrains.Host.Composition;
using LeadGrains.Host.Settings;
using LeadGrains.Storage.Embedded.Sqlite;

namespace LeadGrains.Host.Commands;

/// <summary>Whose registry a command works on: the folder or the database that `serve` is given.</summary>
internal sealed class RegistryOption
{
    private const string SettingsFlag = "--settings";

    private static readonly string[] Places = ["--data", "--store", "--store-file"];

    private readonly Option<string?> _data = new(Places[0])
    { Description = $"The folder of all data, as `serve` is given it. Without it: {ServeOptions.DefaultFolder}, or what the variables of `serve` say ({Variables}), or its settings file.", HelpName = "DIR" };

    private readonly Option<string?> _store = new(Places[1])
    { Description = "The PostgreSQL database in place of the folder, as `serve` is given it.", HelpName = "ADDRESS" };

    private readonly Option<string?> _storeFile = new(Places[2])
    { Description = "A file with what --store would say, for an address that has a password in it.", HelpName = "FILE" };

    private readonly Option<string?> _settings = new(SettingsFlag)
    { Description = $"The settings file that `serve` is given: its data are worked on where neither an option nor a variable says which. Without it: what {Variable(SettingsFlag)} says.", HelpName = "FILE" };

    /// <summary>Who works on it, for the audit trail: whoever has the data may do all.</summary>
    public static Caller Operator { get; } = new(Workspaces.Default, $"the leadgrains command, run by {Environment.UserName}", KeyScopes.None);

    private static string Variables => string.Join(", ", Places.Select(Variable));

    public void AddTo(Command command)
    {
        command.Add(_data);
        command.Add(_store);
        command.Add(_storeFile);
        command.Add(_settings);
    }

    /// <summary>Opens it; a server may use it meanwhile.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="context">What the command was given.</param>
    /// <param name="makes">Whether a folder without a registry is given one: whoever only looks has mistyped it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BadUsageException">Several are given.</exception>
    /// <exception cref="CommandFailedException">There is no registry.</exception>
    public async Task<(IRegistry Registry, string Name)> OpenAsync(ParseResult parsed, CommandContext context, bool makes, CancellationToken cancellationToken)
    {
        var location = Location(parsed, context.Variables);
        if (location.IsDatabase)
        {
            return (await OpenedRegistry.OpenAsync(location, context.Clock, cancellationToken), "the database");
        }

        var folder = Path.GetFullPath(location.Text);
        if (!makes && !SqliteRegistry.Exists(folder))
        {
            throw new CommandFailedException($"No server keeps its data in {folder}, and no keys were made there. Name the folder that `serve` is given with --data DIR, or the database with --store ADDRESS.");
        }

        if (!Directory.Exists(folder))
        {
            context.Terminal.Complain($"There was no folder {folder}, and no server keeps its data there yet: is it the one that `serve` is given?");
        }

        return (await OpenedRegistry.OpenAsync(location, context.Clock, cancellationToken), folder);
    }

    // As `serve` does it: what is typed silences what the environment says, and that the settings file.
    private StoreLocation Location(ParseResult parsed, IReadOnlyDictionary<string, string> variables)
    {
        string?[] given = [parsed.GetValue(_data), parsed.GetValue(_store), parsed.GetValue(_storeFile)];
        if (Array.TrueForAll(given, value => value is null))
        {
            given = [.. Places.Select(place => VariableOf(place, variables))];
        }

        if (Array.TrueForAll(given, value => value is null) && (parsed.GetValue(_settings) ?? VariableOf(SettingsFlag, variables)) is { } file)
        {
            var settings = SettingsFile.Read(file, EffectiveSettings.OfServe());
            given = [.. Places.Select(place => settings.FirstOrDefault(setting => setting.Key.Flag == place).Value?[0])];
        }

        if (given.Count(value => value is not null) > 1)
        {
            throw new BadUsageException("--data names a folder and --store a database, as --store-file does: all data is in one of them. Leave the others out, in the environment and in the settings file, too.");
        }

        var store = given[1] ?? (given[2] is { } storeFile ? ServeOptions.ReadStore(storeFile) : null);
        return store is null ? StoreLocation.Folder(given[0] ?? ServeOptions.DefaultFolder) : StoreLocation.Database(store);
    }

    private static string? VariableOf(string place, IReadOnlyDictionary<string, string> variables) =>
        variables.GetValueOrDefault(Variable(place)) is { Length: > 0 } value ? value : null;

    private static string Variable(string place) => new Setting(new Option<string?>(place)).Variable;
}
