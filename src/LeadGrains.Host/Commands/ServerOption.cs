using System.CommandLine;
using System.CommandLine.Parsing;

namespace LeadGrains.Host.Commands;

/// <summary>Where the server is: the same option on every command that talks to one.</summary>
internal static class ServerOption
{
    private const string Name = "--server";
    private static readonly Uri Default = new("http://127.0.0.1:7070");

    public static Option<Uri> Build() => new(Name)
    {
        Description = "The server's gRPC address.",
        HelpName = "URL",
        DefaultValueFactory = _ => Default,
        CustomParser = Parse,
    };

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
