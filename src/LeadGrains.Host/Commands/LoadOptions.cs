using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using LeadGrains.Host.Loading;
using LeadGrains.V1;

namespace LeadGrains.Host.Commands;

/// <summary>The options of `load`.</summary>
internal sealed class LoadOptions
{
    private const int HttpPort = 7080;

    private readonly ServerOption _server = new();

    private readonly Option<Uri?> _http = new("--http")
    { Description = "The server's HTTP address, which tells its memory. Without it: port 7080 of the server, or with https the same port.", HelpName = "URL", CustomParser = ParseHttp };

    private readonly Option<int?> _rate = new("--rate")
    {
        Description = "Signals a second, sent at instants fixed before the run; latency counts from these, so a slow answer hides nothing.",
        HelpName = "N",
        CustomParser = result => OptionText.Whole(1, 100_000_000)(result),
    };

    private readonly Option<bool> _max = new("--max") { Description = "Send as fast as answers come. This is what happens without --rate." };

    private readonly Option<OptionTime> _duration = Time("--duration", "How long to measure, such as 30s or 5m.", 10);

    private readonly Option<OptionTime> _warmUp = Time("--warm-up", "How long to send before that; not measured.", 2);

    private readonly Option<int?> _signals = new("--signals")
    {
        Description = "Send this many signals, measured from the first, instead of sending for a time.",
        HelpName = "N",
        CustomParser = result => OptionText.Whole(1, int.MaxValue)(result),
    };

    private readonly Option<int> _contacts = Number("--contacts", "How many contacts.", 100_000, 1, 5_000_000);

    private readonly Option<int> _accounts = Number("--accounts", "How many accounts, at most as many as contacts.", 10_000, 1, 5_000_000);

    private readonly Option<int> _batch = Number("--batch", "Signals in a batch.", 1_000, 1, 10_000);

    private readonly Option<int> _streams = Number("--streams", "Streams, each on a connection of its own; all signals of a contact go on one.", 4, 1, 256);

    private readonly Option<int> _window = Number("--window", "Without --rate: the most unanswered batches of a stream.", 8, 1, 4_096);

    private readonly Option<int> _seed = Number("--seed", "Another one gives other contacts and signals; the same one again gives duplicates.", 1, 0, int.MaxValue);

    private readonly Option<DateTimeOffset?> _until = new("--until")
    {
        Description = "When the newest signals occurred. Without it: the start of the current day, UTC.",
        HelpName = "INSTANT",
        CustomParser = OptionText.Instant,
    };

    private readonly Option<string> _ack = new("--ack")
    { Description = "When the server is to acknowledge a batch: once recorded, or once ranked.", DefaultValueFactory = _ => "recorded" };

    private readonly Option<bool> _verify = new("--verify")
    { Description = "Afterwards compute the scores of every account and of a sample of contacts anew, by the load test's own arithmetic, and compare." };

    private readonly Option<int> _sample = Number("--sample", "How many contacts --verify compares.", 2_000, 0, 5_000_000);

    private readonly Option<bool> _compareSink = new("--compare-sink")
    { Description = "Before and after, send the same to a process that only parses and acknowledges, and tell the ratio." };

    private readonly Option<bool> _json = new("--json") { Description = "Print the figures as JSON." };

    public LoadOptions() => _ack.AcceptOnlyFromAmong("recorded", "ranked");

    public void AddTo(Command command)
    {
        Option[] options =
        [
            _rate, _max, _duration, _warmUp, _signals, _contacts, _accounts, _batch, _streams, _window, _seed, _until, _ack, _verify, _sample, _compareSink,
            _json, _http,
        ];
        foreach (var option in options)
        {
            command.Add(option);
        }

        _server.AddTo(command);
    }

    public LoadSettings Read(ParseResult parsed, TimeProvider clock)
    {
        Check(parsed);
        var server = _server.Read(parsed);
        return new LoadSettings
        {
            Server = server,
            Http = parsed.GetValue(_http) ?? HttpOf(server.Address),
            Rate = parsed.GetValue(_rate),
            Duration = parsed.GetValue(_duration),
            WarmUp = parsed.GetValue(_warmUp),
            Signals = parsed.GetValue(_signals),
            Contacts = parsed.GetValue(_contacts),
            Accounts = parsed.GetValue(_accounts),
            Batch = parsed.GetValue(_batch),
            Streams = parsed.GetValue(_streams),
            Window = parsed.GetValue(_window),
            Seed = (ulong)parsed.GetValue(_seed),
            Until = parsed.GetValue(_until) ?? StartOfDay(clock.GetUtcNow()),
            AckLevel = parsed.GetValue(_ack) == "ranked" ? AckLevel.Ranked : AckLevel.Recorded,
            Verify = parsed.GetValue(_verify),
            Sample = parsed.GetValue(_sample),
            CompareSink = parsed.GetValue(_compareSink),
            Json = parsed.GetValue(_json),
        };
    }

    // With TLS one port speaks both.
    private static Uri HttpOf(Uri server) =>
        server.Scheme == Uri.UriSchemeHttps ? server : new UriBuilder(server) { Port = HttpPort, Path = "" }.Uri;

    private static DateTimeOffset StartOfDay(DateTimeOffset now) => new(now.UtcDateTime.Date, TimeSpan.Zero);

    /// <exception cref="BadUsageException">Options that do not go together.</exception>
    private void Check(ParseResult parsed)
    {
        var hasRate = parsed.GetValue(_rate) is not null;
        if (hasRate && parsed.GetValue(_max))
        {
            throw new BadUsageException("--rate and --max exclude each other.");
        }

        if (hasRate && parsed.GetValue(_compareSink))
        {
            throw new BadUsageException("--compare-sink compares what is possible at most: leave --rate out.");
        }

        var (contacts, accounts, streams) = (parsed.GetValue(_contacts), parsed.GetValue(_accounts), parsed.GetValue(_streams));
        if (accounts > contacts || streams > accounts)
        {
            throw new BadUsageException(string.Create(
                CultureInfo.InvariantCulture, $"{contacts:N0} contacts, {accounts:N0} accounts, {streams:N0} streams: each must be at least as many as the next."));
        }
    }

    private static Uri? ParseHttp(ArgumentResult result)
    {
        if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
        {
            return uri;
        }

        result.AddError($"--http wants a URL such as http://127.0.0.1:7080, not '{result.Tokens[0].Value}'.");
        return null;
    }

    private static Option<int> Number(string name, string description, int otherwise, int from, int to) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => otherwise,
        CustomParser = OptionText.Whole(from, to),
    };

    private static Option<OptionTime> Time(string name, string description, int otherwiseSeconds) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        DefaultValueFactory = _ => new OptionTime(TimeSpan.FromSeconds(otherwiseSeconds)),
        CustomParser = OptionText.Duration,
    };
}
