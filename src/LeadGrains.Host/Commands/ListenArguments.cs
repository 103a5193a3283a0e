using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using LeadGrains.Host.Serving;

namespace LeadGrains.Host.Commands;

/// <summary>The options of `serve` that say where it listens and who may connect.</summary>
internal sealed class ListenArguments
{
    private readonly Option<IPEndPoint> _grpc = Address("--grpc", "Where gRPC listens (HTTP/2 without TLS); port 0 takes a free one.", 7070);

    private readonly Option<IPEndPoint> _http = Address("--http", "Where HTTP/1.1 listens, for probes and gRPC-Web; port 0 takes a free one.", 7080);

    private readonly Option<string?> _settings = new("--settings")
    {
        Description = "In place of --grpc and --http: where to listen, with which certificates, as JSON in Kestrel's own keys (Kestrel:Endpoints). The environment can say the same (Kestrel__Endpoints__NAME__Url).",
        HelpName = "FILE",
    };

    private readonly Option<bool> _insecure = new("--insecure")
    { Description = "Listen beyond this machine, although whoever reaches the server can then read and write everything." };

    private readonly Option<string[]> _origins = new("--web-origin")
    {
        Description = "Lets pages of this origin, such as https://app.example.com, call over gRPC-Web at the HTTP address; * lets all. Repeat it for several.",
        HelpName = "ORIGIN",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = ParseOrigins,
    };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _grpc, _http, _settings, _origins, _insecure })
        {
            command.Add(option);
        }
    }

    /// <summary>Whether the network is said to be safe.</summary>
    public bool IsInsecure(ParseResult parsed) => parsed.GetValue(_insecure);

    /// <exception cref="BadUsageException">An address is open to other machines, or is named twice.</exception>
    /// <exception cref="CommandFailedException">The settings cannot be used.</exception>
    public ServeSettings Read(ParseResult parsed, string data)
    {
        var endpoints = ConfiguredEndpoints.Read(parsed.GetValue(_settings));
        if (endpoints is not null)
        {
            RefuseBoth(parsed, endpoints);
        }

        if (!IsInsecure(parsed))
        {
            RefuseOpenAddresses(parsed, endpoints);
        }

        return new ServeSettings
        {
            Data = data,
            Grpc = parsed.GetValue(_grpc)!,
            Http = parsed.GetValue(_http)!,
            Endpoints = endpoints,
            WebOrigins = parsed.GetValue(_origins) ?? [],
        };
    }

    private void RefuseBoth(ParseResult parsed, ConfiguredEndpoints endpoints)
    {
        foreach (var option in new[] { _grpc, _http })
        {
            if (parsed.GetResult(option) is { Implicit: false })
            {
                throw new BadUsageException(
                    $"{option.Name} is given, and the settings say where to listen, too ({string.Join(", ", endpoints.All.Select(endpoint => endpoint.Url))}). Say it in one place.");
            }
        }
    }

    private void RefuseOpenAddresses(ParseResult parsed, ConfiguredEndpoints? endpoints)
    {
        if (endpoints is not null)
        {
            if (endpoints.Open.FirstOrDefault() is { } open)
            {
                throw new BadUsageException(
                    $"The endpoint {open.Name} at {open.Url} can be reached from other machines, and there are no access keys yet. Ask for client certificates (https and ClientCertificates:Authority), listen on 127.0.0.1, or say --insecure if the network is safe.");
            }

            return;
        }

        foreach (var option in new[] { _grpc, _http })
        {
            if (parsed.GetValue(option) is { } endpoint && !IPAddress.IsLoopback(endpoint.Address))
            {
                throw new BadUsageException(
                    $"{option.Name} {endpoint} can be reached from other machines, and there are no access keys yet. Listen on 127.0.0.1, or say --insecure if the network is safe.");
            }
        }
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

    private static string[] ParseOrigins(ArgumentResult result)
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
    }
}
