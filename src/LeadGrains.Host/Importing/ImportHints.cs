using System.Globalization;
using System.Text;
using LeadGrains.Host.Clients;
using LeadGrains.Host.Terminals;
using LeadGrains.Scoring;
using LeadGrains.V1;

namespace LeadGrains.Host.Importing;

/// <summary>What signals have that is recorded as it stands, and hardly meant.</summary>
internal sealed class ImportHints
{
    private (long Lines, long First) _spacedIds;
    private (long Lines, long First) _noAddresses;

    public void Look(long line, Signal signal)
    {
        if (SpacedIds.Is(signal.ContactId) || SpacedIds.Is(signal.AccountId))
            Count(ref _spacedIds, line);
        if (signal.Email.Length > 0 && AccountDomain.HostOf(Encoding.UTF8.GetBytes(signal.Email)) is null)
            Count(ref _noAddresses, line);
    }

    public void Show(Terminal terminal)
    {
        Show(terminal, _spacedIds, "a contactId or accountId that begins or ends with a space, which makes it an id of its own");
        Show(terminal, _noAddresses, "an email that is no address, which finds no account");
    }

    private static void Count(ref (long Lines, long First) hint, long line) =>
        hint = hint.Lines == 0 ? (1, line) : hint with { Lines = hint.Lines + 1 };

    private static void Show(Terminal terminal, (long Lines, long First) hint, string what)
    {
        if (hint.Lines > 0)
            terminal.Line(string.Create(CultureInfo.InvariantCulture, $"Mind: {ScoreText.Of(hint.Lines, "line")}, first line {hint.First}: {what}."));
    }
}
