using System.CommandLine;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains serve</c>.</summary>
internal static class ServeCommand
{
    private const string DefaultFolder = "./data";

    private const string Details =
        """
        Takes signals over gRPC, keeps them in a folder or in PostgreSQL, scores contacts and accounts, answers rankings. SIGTERM or SIGINT
        stops it: it refuses new calls, finishes those under way, writes what is in memory and ends with 0. `/healthz` and `/readyz` on the HTTP address tell whether it lives and whether it takes calls.
        """;

    public static Command Build(CommandContext context)
    {
        var data = new Option<string?>("--data") { Description = $"The folder of all data; made where it is missing. Without it: {DefaultFolder}.", HelpName = "DIR" };
        var store = new Option<string?>("--store")
        {
            Description = "Keeps all data in a PostgreSQL database in place of a folder, such as \"Host=127.0.0.1;Database=leadgrains;Username=leadgrains\". The password may stand in the environment variable PGPASSWORD.",
            HelpName = "ADDRESS",
        };
        var model = new Option<string?>("--model")
        { Description = "The scoring model, a YAML file. Without it: the one in the store, or in a new one the default model.", HelpName = "FILE" };
        var logFormat = new Option<string>("--log-format") { Description = "How log lines look, on standard error.", DefaultValueFactory = _ => "text" };
        logFormat.AcceptOnlyFromAmong("text", "json");
        var logLevel = new Option<LogLevel>("--log-level") { Description = "The least level that is logged.", DefaultValueFactory = _ => LogLevel.Information };

        var command = new DetailedCommand("serve", "Serves the API.", Details) { data, store, model, logFormat, logLevel };
        var listen = new ListenArguments();
        listen.AddTo(command);
        var engine = new EngineOptions();
        engine.AddTo(command);
        var cluster = new ClusterArguments();
        cluster.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            if (parsed.GetValue(data) is not null && parsed.GetValue(store) is not null)
            {
                throw new BadUsageException("--data names a folder and --store a database: all data is in one of them. Leave the other out.");
            }

            var others = cluster.Read(parsed, parsed.GetValue(store), listen.IsInsecure(parsed));
            return new ServeRun(context, () => listen.Read(parsed, parsed.GetValue(data) ?? DefaultFolder) with
            {
                Store = parsed.GetValue(store),
                Cluster = others,
                ModelFile = parsed.GetValue(model),
                LogJson = parsed.GetValue(logFormat) == "json",
                LogLevel = parsed.GetValue(logLevel),
                Engine = engine.Read(parsed),
            }).RunAsync(cancellationToken);
        });
        return command;
    }
}
