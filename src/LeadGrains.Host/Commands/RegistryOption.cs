using System.CommandLine;
using LeadGrains.Gateway.Access;
using LeadGrains.Grains;
using LeadGrains.Grains.Storage;
using LeadGrains.Host.Composition;

namespace LeadGrains.Host.Commands;

/// <summary>Whose registry a command works on: the folder or the database that `serve` is given.</summary>
internal sealed class RegistryOption
{
    private readonly Option<string?> _data = new("--data")
    { Description = "The folder of all data, as `serve` is given it. Without it: ./data.", HelpName = "DIR" };

    private readonly Option<string?> _store = new("--store")
    { Description = "The PostgreSQL database in place of the folder, as `serve` is given it.", HelpName = "ADDRESS" };

    /// <summary>Who works on it, for the audit trail: whoever has the data may do all.</summary>
    public static Caller Operator { get; } = new(Workspaces.Default, $"the leadgrains command, run by {Environment.UserName}", KeyScopes.None);

    public void AddTo(Command command)
    {
        command.Add(_data);
        command.Add(_store);
    }

    /// <summary>Opens it; a server may use it meanwhile.</summary>
    /// <exception cref="BadUsageException">Both are given.</exception>
    public async Task<(IRegistry Registry, string Name)> OpenAsync(ParseResult parsed, CommandContext context, CancellationToken cancellationToken)
    {
        var (data, store) = (parsed.GetValue(_data), parsed.GetValue(_store));
        if (data is not null && store is not null)
        {
            throw new BadUsageException("--data names a folder and --store a database: all data is in one of them. Leave the other out.");
        }

        var location = store is null ? StoreLocation.Folder(data ?? ServeOptions.DefaultFolder) : StoreLocation.Database(store);
        if (!location.IsDatabase && !Directory.Exists(location.Text))
        {
            context.Terminal.Complain($"There was no folder {Path.GetFullPath(location.Text)}, and no server keeps its data there yet: is it the one that `serve` is given?");
        }

        return (await OpenedRegistry.OpenAsync(location, context.Clock, cancellationToken), location.IsDatabase ? "the database" : Path.GetFullPath(location.Text));
    }
}
