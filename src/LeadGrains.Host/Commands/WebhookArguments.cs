using System.CommandLine;
using System.Net;
using LeadGrains.Gateway.Webhooks;
using LeadGrains.Host.Composition;

namespace LeadGrains.Host.Commands;

/// <summary>The options of `serve` that say how webhooks are delivered.</summary>
internal sealed class WebhookArguments
{
    private static readonly WebhookSettings Defaults = new() { Chance = ProcessRandomness.Bytes };

    private readonly Option<IPNetwork[]> _allow = new("--webhook-allow")
    {
        Description = "Lets webhooks post to this network although it is not public, and without TLS, such as 10.1.0.0/16. Repeat it for several.",
        HelpName = "CIDR",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result =>
        {
            var networks = new List<IPNetwork>();
            foreach (var token in result.Tokens)
            {
                if (IPNetwork.TryParse(token.Value, out var network))
                {
                    networks.Add(network);
                }
                else
                {
                    result.AddError($"--webhook-allow wants a network such as 10.1.0.0/16 or fd00::/8, with no bit set beyond its prefix, not '{token.Value}'.");
                }
            }

            return [.. networks];
        },
    };

    private readonly Option<OptionTime> _retry = new("--webhook-retry")
    {
        Description = "Advanced: after how long a failed post is tried again, for the first time; each further wait is four times as long, up to 10 hours.",
        HelpName = "TIME",
        DefaultValueFactory = _ => new OptionTime(Defaults.FirstRetry),
        CustomParser = OptionText.Duration,
    };

    private readonly Option<OptionTime> _pauseAfter = new("--webhook-pause-after")
    {
        Description = "Advanced: a webhook that has failed for so long is paused.",
        HelpName = "TIME",
        DefaultValueFactory = _ => new OptionTime(Defaults.PauseAfter),
        CustomParser = OptionText.Duration,
    };

    public void AddTo(Command command)
    {
        command.Add(_allow);
        command.Add(_retry);
        command.Add(_pauseAfter);
    }

    public WebhookSettings Read(ParseResult parsed) => Defaults with
    {
        Allowed = parsed.GetValue(_allow) ?? [],
        FirstRetry = parsed.GetValue(_retry),
        PauseAfter = parsed.GetValue(_pauseAfter),
    };
}
