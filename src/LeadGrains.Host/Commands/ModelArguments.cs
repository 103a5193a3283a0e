using System.CommandLine;
using LeadGrains.Host.Clients;

namespace LeadGrains.Host.Commands;

/// <summary>Which model a command is about: a document, or a version that was published before; and the server.</summary>
internal sealed class ModelArguments
{
    private readonly Argument<string?> _file = new("FILE") { Description = "The model's YAML document.", Arity = ArgumentArity.ZeroOrOne };

    private readonly Option<int?> _version = new("--version") { Description = "Instead of FILE: a version that was published before.", HelpName = "N", CustomParser = result => OptionText.Whole(1, int.MaxValue)(result) };

    private readonly ServerOption _server = new();

    public Option<bool> Json { get; } = KindArgument.Json();

    public void AddTo(Command command)
    {
        command.Add(_file);
        command.Add(_version);
        command.Add(Json);
        _server.AddTo(command);
    }

    public ServerTarget Server(ParseResult parsed) => _server.Read(parsed);

    /// <exception cref="BadUsageException">Not one of both.</exception>
    /// <exception cref="CommandFailedException">There is no such file.</exception>
    public async Task<NamedModel> ReadAsync(ParseResult parsed, CancellationToken cancellationToken) => (parsed.GetValue(_file), parsed.GetValue(_version)) switch
    {
        ({ } file, null) => new NamedModel(file, await ReadFileAsync(file, cancellationToken), 0),
        (null, { } version) => new NamedModel($"version {version}", "", (uint)version),
        (null, null) => throw new BadUsageException("Which model? Give its FILE, or --version N."),
        _ => throw new BadUsageException("FILE and --version exclude each other."),
    };

    public static async Task<string> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(path, cancellationToken);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandFailedException($"There is no model file {path}.", failure);
        }
    }
}

/// <param name="Name">What complaints call it.</param>
/// <param name="Yaml">The document; empty for a version.</param>
/// <param name="Version">0 for a document.</param>
internal sealed record NamedModel(string Name, string Yaml, uint Version);
