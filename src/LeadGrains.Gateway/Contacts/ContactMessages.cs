using LeadGrains.Gateway.Values;
using LeadGrains.Grains;

namespace LeadGrains.Gateway.Contacts;

/// <summary>Contacts on the wire.</summary>
internal static class ContactMessages
{
    public static V1.Contact Write(ContactView contact)
    {
        var message = new V1.Contact
        {
            ContactId = contact.Id,
            Email = contact.Email,
            AccountId = contact.AccountId,
            AccountMatch = contact.AccountMatch,
            Traits = TraitMessages.Write(contact.Traits),
            Score = ScoreMessages.Write(contact.Score),
            LastSignalAt = Timestamps.Write(contact.LastSignalAt),
            SignalCount = contact.SignalCount,
            Disqualified = contact.Disqualified,
            DisqualifiedReason = contact.DisqualifiedReason,
            Role = contact.Role,
            Dormant = contact.Dormant,
            WokeUpAt = Timestamps.Write(contact.WokeUpAt),
            AccountMatchConfidence = contact.AccountMatchConfidence,
            AccountMatchReason = contact.AccountMatchReason,
        };
        message.MergedContactIds.AddRange(contact.MergedContactIds);
        return message;
    }

    public static V1.ExplainContactResponse Write(ContactExplanationView explanation)
    {
        var message = new V1.ExplainContactResponse { Contact = Write(explanation.Contact) };
        message.Parts.AddRange(explanation.Parts.Select(ScoreMessages.Write));
        return message;
    }

    public static V1.ListSignalsResponse Write(SignalsPage page)
    {
        var message = new V1.ListSignalsResponse { NextPageToken = page.NextPageToken };
        message.Signals.AddRange(page.Signals.Select(Write));
        return message;
    }

    private static V1.RecordedSignal Write(RecordedSignalView recorded)
    {
        var message = new V1.RecordedSignal
        {
            Signal = V1.Signal.Parser.ParseFrom(recorded.Signal.Span),
            ReceivedAt = Timestamps.Write(recorded.ReceivedAt),
            Outcome = (V1.SignalOutcome)recorded.Finding.Outcome,
            Reason = recorded.Finding.Reason,
        };
        message.Rules.AddRange(recorded.Finding.Rules);
        return message;
    }
}
