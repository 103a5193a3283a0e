using System.CommandLine;
using System.Net;
using LeadGrains.Host.Serving;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains serve</c>.</summary>
internal static class ServeCommand
{
    private const string Details =
        """
        Takes signals over gRPC, keeps them in a folder, scores contacts and accounts, answers rankings. SIGTERM or SIGINT
        stops it: it refuses new calls, finishes those under way, writes what is in memory and ends with 0. `/healthz` and `/readyz` on the HTTP address tell whether it lives and whether it takes calls.
        """;

    public static Command Build(CommandContext context)
    {
        var data = new Option<string>("--data") { Description = "The folder of all data; made where it is missing.", HelpName = "DIR", DefaultValueFactory = _ => "./data" };
        var grpc = Address("--grpc", "Where gRPC listens (HTTP/2 without TLS); port 0 takes a free one.", 7070);
        var http = Address("--http", "Where HTTP/1.1 listens, for probes and gRPC-Web; port 0 takes a free one.", 7080);
        var origins = WebOrigins();
        var model = new Option<string?>("--model")
        { Description = "The scoring model, a YAML file. Without it: the one in the data folder, or in a new one the default model.", HelpName = "FILE" };
        var insecure = new Option<bool>("--insecure")
        { Description = "Listen beyond this machine, although whoever reaches the server can then read and write everything." };
        var logFormat = new Option<string>("--log-format") { Description = "How log lines look, on standard error.", DefaultValueFactory = _ => "text" };
        logFormat.AcceptOnlyFromAmong("text", "json");
        var logLevel = new Option<LogLevel>("--log-level") { Description = "The least level that is logged.", DefaultValueFactory = _ => LogLevel.Information };

        var command = new DetailedCommand("serve", "Serves the API.", Details) { data, grpc, http, origins, model, insecure, logFormat, logLevel };
        var engine = new EngineOptions();
        engine.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            RefuseOpenAddresses(parsed, insecure, grpc, http);
            var settings = new ServeSettings
            {
                Data = parsed.GetValue(data)!,
                Grpc = parsed.GetValue(grpc)!,
                Http = parsed.GetValue(http)!,
                WebOrigins = parsed.GetValue(origins) ?? [],
                ModelFile = parsed.GetValue(model),
                LogJson = parsed.GetValue(logFormat) == "json",
                LogLevel = parsed.GetValue(logLevel),
                Engine = engine.Read(parsed),
            };
            return RunAsync(context, settings, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, ServeSettings settings, CancellationToken stop)
    {
        await using var server = await RunningServer.StartAsync(settings, context.Clock, stop);
        server.Announce(context.Terminal);
        await server.WaitForEndAsync(stop);
        context.Terminal.Line("Stopping.");
        return await server.StopAsync() ? ExitCode.Done : ExitCode.Failed;
    }

    private static Option<IPEndPoint> Address(string name, string description, int port) => new(name)
    {
        Description = description,
        HelpName = "ADDR:PORT",
        DefaultValueFactory = _ => new IPEndPoint(IPAddress.Loopback, port),
        CustomParser = result =>
        {
            if (ListenAddress.TryRead(result.Tokens[0].Value, out var endpoint))
            {
                return endpoint;
            }

            result.AddError($"{name} wants ADDR:PORT, such as 127.0.0.1:{port} or [::1]:{port}, not '{result.Tokens[0].Value}'.");
            return null;
        },
    };

    private static Option<string[]> WebOrigins() => new("--web-origin")
    {
        Description = "Lets pages of this origin, such as https://app.example.com, call over gRPC-Web at the HTTP address; * lets all. Repeat it for several.",
        HelpName = "ORIGIN",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result =>
        {
            var origins = new List<string>();
            foreach (var token in result.Tokens)
            {
                if (BrowserAccess.TryReadOrigin(token.Value, out var origin))
                {
                    origins.Add(origin);
                }
                else
                {
                    result.AddError($"--web-origin wants an origin such as https://app.example.com, without a path, or *, not '{token.Value}'.");
                }
            }

            return [.. origins];
        },
    };

    private static void RefuseOpenAddresses(ParseResult parsed, Option<bool> insecure, params Option<IPEndPoint>[] addresses)
    {
        if (parsed.GetValue(insecure))
        {
            return;
        }

        foreach (var option in addresses)
        {
            if (parsed.GetValue(option) is { } endpoint && !IPAddress.IsLoopback(endpoint.Address))
            {
                throw new BadUsageException(
                    $"{option.Name} {endpoint} can be reached from other machines, and there are no access keys yet. Listen on 127.0.0.1, or say --insecure if the network is safe.");
            }
        }
    }
}
