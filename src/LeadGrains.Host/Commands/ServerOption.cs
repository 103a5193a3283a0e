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

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _server, _authority, _certificate, _key })
        {
            command.Add(option);
        }
    }

    /// <exception cref="BadUsageException">Options that do not go together.</exception>
    public ServerTarget Read(ParseResult parsed)
    {
        var target = new ServerTarget(
            parsed.GetValue(_server)!, parsed.GetValue(_authority), parsed.GetValue(_certificate), parsed.GetValue(_key));
        if (target is { Key: not null, Certificate: null })
        {
            throw new BadUsageException($"{KeyName} belongs to {CertificateName}, which is missing.");
        }

        return target.Address.Scheme == Uri.UriSchemeHttps || target is { Authority: null, Certificate: null }
            ? target
            : throw new BadUsageException($"{AuthorityName} and {CertificateName} are for TLS: name the server with {Name} https://HOST:PORT.");
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
