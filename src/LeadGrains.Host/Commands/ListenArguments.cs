using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using LeadGrains.Host.Serving;

namespace LeadGrains.Host.Commands;

/// <summary>The options of `serve` that say where it listens and who may connect.</summary>
internal sealed class ListenArguments
{
    private const int MostConnections = 1_000_000;

    private readonly Option<IPEndPoint> _grpc = Address("--grpc", "Where gRPC listens (HTTP/2 without TLS); port 0 takes a free one.", 7070);

    private readonly Option<IPEndPoint> _http = Address("--http", "Where HTTP/1.1 listens, for JSON, SDKs, gRPC-Web, probes and metrics; port 0 takes a free one.", 7080);

    private readonly Option<string?> _settings = new("--settings")
    {
        Description = "Any of these settings as JSON, under LeadGrains; and in place of --grpc and --http, where to listen, with which certificates, in Kestrel's own keys (Kestrel:Endpoints). The environment can say the same (Kestrel__Endpoints__NAME__Url).",
        HelpName = "FILE",
    };

    private readonly Option<bool> _insecure = new("--insecure")
    { Description = "Listen beyond this machine without TLS, and without keys where there are none: whoever reaches the server can then read and write everything." };

    private readonly Option<string[]> _origins = new("--web-origin")
    {
        Description = "Lets pages of this origin, such as https://app.example.com, call at the HTTP address, over gRPC-Web or JSON; * lets all. Repeat it for several.",
        HelpName = "ORIGIN",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = ParseOrigins,
    };

    private readonly Option<int> _connections = new("--connections")
    {
        Description = "Advanced: connections that each address of the server takes at a time.",
        HelpName = "N",
        DefaultValueFactory = _ => KestrelLimits.Connections,
        CustomParser = OptionText.Whole(1, MostConnections),
    };

    private readonly Option<int> _perAddress = new("--connections-per-address")
    {
        Description = "Advanced: connections that one address, or network of IPv6, may have at a time, so that it does not hold all. This machine's are not counted. Behind a proxy on another machine: as many as --connections.",
        HelpName = "N",
        DefaultValueFactory = _ => KestrelLimits.Connections / 4,
        CustomParser = OptionText.Whole(1, MostConnections),
    };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _grpc, _http, _settings, _origins, _insecure, _connections, _perAddress })
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
            NeedsKeys = IsInsecure(parsed) ? null : endpoints?.All.FirstOrDefault(endpoint => endpoint.IsOpen),
            OpenAt = IsInsecure(parsed) ? OpenAddress(parsed, endpoints) : null,
            WebOrigins = parsed.GetValue(_origins) ?? [],
            Connections = parsed.GetValue(_connections),
            ConnectionsPerAddress = parsed.GetValue(_perAddress),
        };
    }

    private string? OpenAddress(ParseResult parsed, ConfiguredEndpoints? endpoints) => endpoints is null
        ? new[] { _grpc, _http }.Select(parsed.GetValue).FirstOrDefault(address => !IPAddress.IsLoopback(address!.Address))?.ToString()
        : endpoints.All.FirstOrDefault(endpoint => endpoint.IsOpen)?.Url;

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

    // What is sent beyond this machine carries keys and people's data.
    private void RefuseOpenAddresses(ParseResult parsed, ConfiguredEndpoints? endpoints)
    {
        if (endpoints is not null)
        {
            if (endpoints.All.FirstOrDefault(endpoint => endpoint is { IsOpen: true, IsTls: false }) is { } open)
            {
                throw new BadUsageException(
                    $"The endpoint {open.Name} at {open.Url} can be reached from other machines, and is not encrypted. Give it https and a certificate, listen on 127.0.0.1, or say --insecure if the network is safe.");
            }

            return;
        }

        foreach (var option in new[] { _grpc, _http })
        {
            if (parsed.GetValue(option) is { } endpoint && !IPAddress.IsLoopback(endpoint.Address))
            {
                throw new BadUsageException(
                    $"{option.Name} {endpoint} can be reached from other machines, and is not encrypted. Listen with a certificate by --settings FILE, or on 127.0.0.1, or say --insecure if the network is safe.");
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
