using System.CommandLine;
using LeadGrains.Host.Serving;

namespace LeadGrains.Host.Commands;

/// <summary>All options of `serve`.</summary>
internal sealed class ServeOptions
{
    public const string DefaultFolder = "./data";

    private readonly Option<string?> _data = new("--data") { Description = $"The folder of all data; made where it is missing. Without it: {DefaultFolder}.", HelpName = "DIR" };

    private readonly Option<string?> _store = new("--store")
    {
        Description = "Keeps all data in a PostgreSQL database in place of a folder, such as \"Host=127.0.0.1;Database=leadgrains;Username=leadgrains\". The password may stand in the environment variable PGPASSWORD.",
        HelpName = "ADDRESS",
    };

    private readonly Option<string?> _storeFile = new("--store-file")
    { Description = "A file with what --store would say, for an address that has a password in it.", HelpName = "FILE" };

    private readonly Option<string?> _model = new("--model")
    { Description = "The scoring model, a YAML file. Without it: the one in the store, or in a new one the default model.", HelpName = "FILE" };

    private readonly Option<string> _logFormat = new("--log-format") { Description = "How log lines look, on standard error.", DefaultValueFactory = _ => "text" };

    private readonly Option<LogLevel> _logLevel = new("--log-level") { Description = "The least level that is logged.", DefaultValueFactory = _ => LogLevel.Information };

    private readonly Option<Uri?> _otlp = new("--otlp")
    {
        Description = "The collector that metrics, traces and logs are sent to by OTLP, such as http://127.0.0.1:4317. Without it: the one of OTEL_EXPORTER_OTLP_ENDPOINT, if any; the other OTEL_ variables count as well.",
        HelpName = "URL",
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            {
                return url;
            }

            result.AddError($"--otlp wants a URL such as http://127.0.0.1:4317, not '{result.Tokens[0].Value}'.");
            return null;
        },
    };

    private readonly ListenArguments _listen = new();
    private readonly EngineOptions _engine = new();
    private readonly RetentionArguments _retention = new();
    private readonly WebhookArguments _webhooks = new();
    private readonly ClusterArguments _cluster = new();

    public ServeOptions() => _logFormat.AcceptOnlyFromAmong("text", "json");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _data, _store, _storeFile, _model, _logFormat, _logLevel, _otlp })
        {
            command.Add(option);
        }

        _listen.AddTo(command);
        _engine.AddTo(command);
        _retention.AddTo(command);
        _webhooks.AddTo(command);
        _cluster.AddTo(command);
    }

    /// <summary>Reads them; what this gives reads files anew for each server.</summary>
    /// <exception cref="BadUsageException">Options that do not go together.</exception>
    /// <exception cref="CommandFailedException">A file cannot be used.</exception>
    public Func<ServeSettings> Read(ParseResult parsed)
    {
        if (new[] { _data, _store, _storeFile }.Count(option => parsed.GetValue(option) is not null) > 1)
        {
            throw new BadUsageException("--data names a folder and --store a database, as --store-file does: all data is in one of them. Leave the others out.");
        }

        var store = parsed.GetValue(_store) ?? (parsed.GetValue(_storeFile) is { } file ? ReadStore(file) : null);
        var others = _cluster.Read(parsed, store, _listen.IsInsecure(parsed));
        return () => _listen.Read(parsed, parsed.GetValue(_data) ?? DefaultFolder) with
        {
            Store = store,
            Cluster = others,
            ModelFile = parsed.GetValue(_model),
            LogJson = parsed.GetValue(_logFormat) == "json",
            LogLevel = parsed.GetValue(_logLevel),
            Otlp = parsed.GetValue(_otlp),
            Engine = _engine.Read(parsed) with { Retention = _retention.Read(parsed) },
            Webhooks = _webhooks.Read(parsed),
        };
    }

    /// <summary>What a file says in place of --store.</summary>
    /// <exception cref="CommandFailedException">It is not there, or empty.</exception>
    public static string ReadStore(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim() is { Length: > 0 } address
                ? address
                : throw new CommandFailedException($"{file} is empty. It wants the address of a database, as --store does.");
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandFailedException($"There is no file {file}.", fault);
        }
    }
}
