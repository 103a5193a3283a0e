using System.CommandLine;
using System.Net;
using LeadGrains.Host.Composition;
using LeadGrains.Host.Serving;

namespace LeadGrains.Host.Commands;

/// <summary>The options of `serve` that make it one node of several.</summary>
internal sealed class ClusterArguments
{
    private const int LeastSecret = 16;
    private const int LongestName = 64;

    private static readonly TimeSpan UsualLease = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestLease = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestLease = TimeSpan.FromMinutes(10);

    private readonly Option<IPEndPoint?> _cluster = new("--cluster")
    {
        Description = "Makes this one node of a cluster whose nodes share the database of --store. Other nodes are listened to here; port 0 takes a free one.",
        HelpName = "ADDR:PORT",
        CustomParser = result =>
        {
            if (ListenAddress.TryRead(result.Tokens[0].Value, out var endpoint))
            {
                return endpoint;
            }

            result.AddError($"--cluster wants ADDR:PORT, such as 127.0.0.1:7171, not '{result.Tokens[0].Value}'.");
            return null;
        },
    };

    private readonly Option<string?> _host = new("--cluster-host")
    { Description = "With --cluster: the name or address by which other nodes reach this one. Without it: the ADDR of --cluster, or the machine's name where that is every address.", HelpName = "HOST" };

    private readonly Option<string?> _secret = new("--secret-file")
    { Description = "With --cluster: a file with the secret by which nodes know each other, the same for all of them; at least 16 letters.", HelpName = "FILE" };

    private readonly Option<string?> _node = new("--node")
    { Description = "With --cluster: the node's name, which no other has. Without it: the machine's name.", HelpName = "NAME" };

    private readonly Option<OptionTime> _lease = new("--lease")
    {
        Description = "Advanced, with --cluster: how long others wait for a node that is not heard of. The same for all nodes.",
        HelpName = "TIME",
        DefaultValueFactory = _ => new OptionTime(UsualLease),
        CustomParser = result =>
        {
            var lease = OptionText.Duration(result);
            if (lease > TimeSpan.Zero && (lease < ShortestLease || lease > LongestLease))
            {
                result.AddError("--lease lasts from 1s to 10m.");
            }

            return lease;
        },
    };

    private Option[] All => [_cluster, _host, _secret, _node, _lease];

    public void AddTo(Command command)
    {
        foreach (var option in All)
        {
            command.Add(option);
        }
    }

    /// <summary>Null where this is no node of a cluster.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="store">The database; null without one.</param>
    /// <param name="mayBeOpen">The network is said to be safe.</param>
    /// <exception cref="BadUsageException">Options that do not go together.</exception>
    /// <exception cref="CommandFailedException">There is no usable secret.</exception>
    public ClusterSettings? Read(ParseResult parsed, string? store, bool mayBeOpen)
    {
        if (parsed.GetValue(_cluster) is not { } listen)
        {
            var stray = All.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false });
            return stray is null ? null : throw new BadUsageException($"{stray.Name} is for a node of a cluster: give --cluster ADDR:PORT, too, or leave it out.");
        }

        if (store is null)
        {
            throw new BadUsageException("--cluster needs --store: the nodes of a cluster share a PostgreSQL database.");
        }

        if (!mayBeOpen && !IPAddress.IsLoopback(listen.Address))
        {
            throw new BadUsageException(
                $"--cluster {listen} can be reached from other machines, and what nodes tell each other is not encrypted. Listen on 127.0.0.1, or say --insecure if the network is safe.");
        }

        return new ClusterSettings
        {
            Listen = listen,
            Host = parsed.GetValue(_host) ?? (IsEvery(listen.Address) ? Environment.MachineName : listen.Address.ToString()),
            Secret = ReadSecret(parsed.GetValue(_secret)),
            Process = ProcessRandomness.NewId(),
            Node = Name(parsed.GetValue(_node) ?? Environment.MachineName),
            Lease = parsed.GetValue(_lease),
        };
    }

    private static bool IsEvery(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static string Name(string name) =>
        name.Length is > 0 and <= LongestName && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_')
            ? name
            : throw new BadUsageException($"--node wants a name of at most {LongestName} letters, digits, '.', '-' and '_', not '{name}'.");

    private static string ReadSecret(string? file)
    {
        const string How = "Make one with: head -c 32 /dev/urandom | base64 > FILE, and give the same to all nodes.";
        if (file is null)
        {
            throw new BadUsageException($"--cluster needs --secret-file: nodes take requests only from who knows the secret. {How}");
        }

        try
        {
            var secret = File.ReadAllText(file).Trim();
            return secret.Length >= LeastSecret && secret.All(letter => letter is > ' ' and < '\x7f')
                ? secret
                : throw new CommandFailedException($"The secret in {file} cannot be used: it wants at least {LeastSecret} ASCII letters without blanks. {How}");
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandFailedException($"There is no file {file}. {How}", fault);
        }
    }
}
