using System.Security.Cryptography;
using System.Text;
using LeadGrains.Gateway.Checks;
using LeadGrains.Gateway.Values;
using LeadGrains.Grains;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Collect;

/// <summary>
/// What CloudEvents say in our words. Each is a signal of whom `subject`, or the extension `contactid`, names; two types tell of
/// contacts and accounts instead.
/// </summary>
internal static class CloudEventMapping
{
    private const string ContactUpdated = "contact_updated";
    private const string AccountUpdated = "account_updated";

    // What the specification and the ways to send it define: these are no facts that rules look at.
    private static readonly HashSet<string> Defined =
    [
        "id", "source", "type", "specversion", "time", "subject", "datacontenttype", "dataschema", "contactid", "accountid", "traceparent", "tracestate",
    ];

    /// <summary>Adds what an event says.</summary>
    /// <returns>What is wrong with it; null where nothing is.</returns>
    public static ItemFault? Map(CloudEvent message, Collection into)
    {
        if (message["specversion"] is not { } version || !version.StartsWith("1.", StringComparison.Ordinal))
            return FieldChecks.Invalid("specversion", "is not 1.0");
        if (message["id"] is null || message["source"] is null || message["type"] is null)
            return FieldChecks.Missing(message["id"] is null ? "id" : message["source"] is null ? "source" : "type");
        var at = message["time"] is { } time && JsonFields.TimeOf(time) is { } then ? Instant.Earlier(then, into.ReceivedAt) : (Instant?)null;
        return TypeOf(message["type"]!) switch
        {
            "" => FieldChecks.Invalid("type", "has no letter"),
            ContactUpdated => Contact(message, at, into),
            AccountUpdated => Account(message, at, into),
            var type => Signal(message, type, at, into),
        };
    }

    /// <summary>The last part of a name that begins with a domain turned round, without a version behind it: com.acme.demo_requested.v1 is demo_requested.</summary>
    public static string TypeOf(string type)
    {
        var parts = type.Split('.', StringSplitOptions.RemoveEmptyEntries);
        var last = parts.Length - 1;
        if (last > 0 && parts[last] is ['v' or 'V', .. var number] && number.Length > 0 && number.All(char.IsAsciiDigit))
            last--;
        return last < 0 ? "" : FoldedName.Of(parts[last]);
    }

    private static ItemFault? Signal(CloudEvent message, string type, Instant? at, Collection into)
    {
        var contact = message["contactid"] ?? message["subject"];
        if (contact is null && message["accountid"] is null)
            return FieldChecks.MissingAll("subject, contactid and accountid");
        var signal = new V1.Signal
        {
            Id = message["id"],
            Source = SourceOf(message["source"]!),
            Type = type,
            ContactId = contact ?? "",
            AccountId = message["accountid"] ?? "",
            Email = message.Data.Text("email") ?? "",
            OccurredAt = Timestamps.Write(at),
        };
        var attributes = new CollectedAttributes(signal.Attributes);
        foreach (var name in (string[])["name", "url", "path"])
            attributes.Add(name, message.Data.Get(name));
        attributes.AddPath();
        attributes.AddAll(message.Data);
        foreach (var (name, value) in message.Attributes.Where(one => !Defined.Contains(one.Key) && one.Value.Length > 0))
            attributes.Add(name, value);
        into.Add(signal);
        return null;
    }

    private static ItemFault? Contact(CloudEvent message, Instant? at, Collection into)
    {
        if ((message["contactid"] ?? message["subject"]) is not { } id)
            return FieldChecks.MissingAll("subject and contactid");
        if (FieldChecks.Id("contactid", id) is { } fault)
            return fault;
        var (account, email) = (message["accountid"], message.Data.Text("email"));
        if (account is not null && FieldChecks.Id("accountid", account) is { } wrong)
            return wrong;
        var emailFault = FieldChecks.Email("data.email", email ?? "");
        var traits = new CollectedTraits();
        traits.AddAll(message.Data, "email");
        into.Contacts.Add(new ContactUpsert(into.Message, id, emailFault is null ? email : null, account, traits.Edits) { AsOf = at });
        return traits.Fault ?? emailFault;
    }

    private static ItemFault? Account(CloudEvent message, Instant? at, Collection into)
    {
        if ((message["accountid"] ?? message["subject"]) is not { } id)
            return FieldChecks.MissingAll("subject and accountid");
        var name = message.Data.Text("name");
        if ((FieldChecks.Id("accountid", id) ?? FieldChecks.Text("data.name", name ?? "", Limits.AccountNameBytes)) is { } fault)
            return fault;
        var traits = new CollectedTraits();
        traits.AddAll(message.Data, "name");
        into.Accounts.Add(new AccountUpsert(into.Message, id, name, [], traits.Edits) { AsOf = at });
        return traits.Fault;
    }

    // A source is an address, and may be longer than ours are: then its beginning and a hash of all of it stand for it.
    private static string SourceOf(string source)
    {
        if (Encoding.UTF8.GetByteCount(source) <= Limits.SourceBytes)
            return source;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source)).AsSpan(0, 8));
        return $"{CutText.To(source, Limits.SourceBytes - hash.Length - 1)}~{hash}";
    }
}
