using System.CommandLine;
using System.CommandLine.Parsing;
using LeadGrains.Host.Clients;

namespace LeadGrains.Host.Commands;

/// <summary>Where the server is, and how to trust it: the same options on every command that talks to one.</summary>
internal sealed class ServerOption
{
    public const string AuthorityName = "--ca";
    public const string CertificateName = "--cert";
    public const string KeyName = "--key";

    /// <summary>The variable that holds the API key of commands that talk to a server.</summary>
    public const string ApiKeyVariable = "LEADGRAINS_API_KEY";

    private const string Name = "--server";
    private static readonly Uri Default = new("http://127.0.0.1:7070");

    private readonly Option<Uri> _server = new(Name)
    {
        Description = "The server's gRPC address; https for TLS.",
        HelpName = "URL",
        DefaultValueFactory = _ => Default,
        CustomParser = Parse,
    };

    private readonly Option<string?> _authority = new(AuthorityName)
    { Description = "With https: who signed the server's certificate, in PEM. Without it: whom the system trusts.", HelpName = "FILE" };

    private readonly Option<string?> _certificate = new(CertificateName)
    { Description = "With https: the certificate to show to a server that asks for one, in PEM.", HelpName = "FILE" };

    private readonly Option<string?> _key = new(KeyName) { Description = "The key of --cert, in PEM, if it is not in the same file.", HelpName = "FILE" };

    private readonly Option<string?> _apiKey = new("--api-key")
    { Description = "The API key. Others on this machine may see it in the list of processes: --api-key-file and LEADGRAINS_API_KEY are better.", HelpName = "KEY" };

    private readonly Option<string?> _apiKeyFile = new("--api-key-file")
    { Description = $"A file with the API key. Without either: the environment variable {ApiKeyVariable}.", HelpName = "FILE" };

    private readonly Option<bool> _insecure = new("--insecure")
    { Description = "Send the key to another machine although the connection is not encrypted." };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _server, _authority, _certificate, _key, _apiKey, _apiKeyFile, _insecure })
        {
            command.Add(option);
        }
    }

    /// <exception cref="BadUsageException">Options that do not go together.</exception>
    /// <exception cref="CommandFailedException">There is no key in the file.</exception>
    public ServerTarget Read(ParseResult parsed)
    {
        var target = new ServerTarget(
            parsed.GetValue(_server)!, parsed.GetValue(_authority), parsed.GetValue(_certificate), parsed.GetValue(_key))
        {
            ApiKey = ReadApiKey(parsed),
        };
        if (target is { Key: not null, Certificate: null })
        {
            throw new BadUsageException($"{KeyName} belongs to {CertificateName}, which is missing.");
        }

        return target.Address.Scheme == Uri.UriSchemeHttps || target is { Authority: null, Certificate: null }
            ? target
            : throw new BadUsageException($"{AuthorityName} and {CertificateName} are for TLS: name the server with {Name} https://HOST:PORT.");
    }

    private string? ReadApiKey(ParseResult parsed)
    {
        var (given, file) = (parsed.GetValue(_apiKey), parsed.GetValue(_apiKeyFile));
        if (given is not null && file is not null)
        {
            throw new BadUsageException("--api-key and --api-key-file exclude each other.");
        }

        var key = (file is null ? given ?? Environment.GetEnvironmentVariable(ApiKeyVariable) : File.ReadAllText(file))?.Trim();
        if (string.IsNullOrEmpty(key))
        {
            return file is null ? null : throw new CommandFailedException($"{file} is empty: it is to hold an API key.");
        }

        if (!key.All(letter => letter is > ' ' and < '\x7f'))
        {
            throw new BadUsageException("An API key is one word of ASCII letters, such as lgk_..., and this is none.");
        }

        var server = parsed.GetValue(_server)!;
        return server.Scheme == Uri.UriSchemeHttps || server.IsLoopback || parsed.GetValue(_insecure)
            ? key
            : throw new BadUsageException($"The key would go to {server.Host} without encryption, for all on the way to read. Name the server with https://, or say --insecure if the network is safe.");
    }

    public static Uri Given(ParseResult parsed) =>
        parsed.GetResult(Name) is OptionResult result && result.GetValueOrDefault<Uri>() is { } given ? given : Default;

    private static Uri? Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        string url = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        if (Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
        {
            return uri;
        }

        result.AddError($"--server wants a URL such as http://127.0.0.1:7070, not '{text}'.");
        return null;
    }
}
