using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LeadGrains.Gateway.Checks;
using LeadGrains.Gateway.Values;
using LeadGrains.Grains;

namespace LeadGrains.Gateway.Collect;

/// <summary>
/// What the messages of Segment's SDKs, and of those that follow them, say in our words: track, page and screen are signals,
/// identify tells of a contact, group of an account and who belongs to it, alias that two ids are one person's.
/// </summary>
/// <param name="into">Gets it.</param>
/// <param name="time">When messages happened.</param>
/// <param name="mixesTraits">The sender's `context.traits` mix a person's with those of its group.</param>
internal sealed class SegmentMapping(Collection into, EventTime time, bool mixesTraits)
{
    private const string Company = "company";

    private static readonly string[] PageFacts = ["url", "path", "title", "referrer", "search"];
    private static readonly string[] CampaignFacts = ["source", "medium", "name", "term", "content"];

    /// <summary>Takes a message; what is wrong with it is noted.</summary>
    public void Take(JsonElement message, string? pathType)
    {
        var (type, id) = (message.Text("type") ?? pathType, message.Text("messageId"));
        into.Begin(id, type);
        if (Map(message, type, id) is { } fault)
            into.Refuse(fault, into.Message);
    }

    private ItemFault? Map(JsonElement message, string? type, string? id) => type switch
    {
        "track" => Signal(message, id, FoldedName.Of(message.Text("event") ?? ""), "event"),
        "page" => Signal(message, id, "page_viewed", "type"),
        "screen" => Signal(message, id, "screen_viewed", "type"),
        "identify" => Identify(message),
        "group" => Group(message),
        "alias" => Alias(message),
        null => FieldChecks.Missing("type"),
        _ => FieldChecks.Invalid("type", "is none of track, page, screen, identify, group and alias"),
    };

    private ItemFault? Signal(JsonElement message, string? id, string type, string typeField)
    {
        var user = message.Text("userId");
        if ((user ?? message.Text("anonymousId")) is not { } contact)
            return FieldChecks.MissingAll("userId and anonymousId");
        if (type.Length == 0)
            return FieldChecks.Missing(typeField);
        var (context, properties) = (message.Get("context"), message.Get("properties"));
        var signal = new V1.Signal
        {
            Id = id ?? IdOf(message),
            Source = into.Source,
            Type = type,
            ContactId = contact,
            AccountId = context.Text("groupId") ?? message.Text("groupId") ?? "",
            Email = AddressOf(context.Get("traits").Text("email")) ?? AddressOf(properties.Text("email")) ?? "",
            OccurredAt = Timestamps.Write(time.Of(message)),
        };
        AddAttributes(new CollectedAttributes(signal.Attributes), message, context, properties);
        if (FieldChecks.Text("userId", contact, Limits.GrainIdBytes) is { } fault)
            return fault;
        into.Add(signal);
        if (user is not null)
            into.People.Add(user);
        return null;
    }

    // What rules look at most comes first, where there is not room for all.
    private static void AddAttributes(CollectedAttributes attributes, JsonElement message, JsonElement context, JsonElement properties)
    {
        attributes.Add("name", message.Get("name"));
        attributes.Add("category", message.Get("category"));
        var page = context.Get("page");
        foreach (var fact in PageFacts)
        {
            attributes.Add(fact, properties.Get(fact));
            attributes.Add(fact, page.Get(fact));
        }

        attributes.AddPath();
        attributes.Add("user_agent", context.Get("userAgent"));
        var campaign = context.Get("campaign");
        foreach (var fact in CampaignFacts)
            attributes.Add($"campaign.{fact}", campaign.Get(fact));
        attributes.AddAll(properties);
    }

    private ItemFault? Identify(JsonElement message)
    {
        var user = message.Text("userId");
        var anonymous = message.Text("anonymousId");
        if ((user ?? anonymous) is not { } contact)
            return FieldChecks.MissingAll("userId and anonymousId");
        var (own, ofContext) = (message.Get("traits"), mixesTraits ? default : message.Get("context").Get("traits"));
        var traits = new CollectedTraits();
        traits.AddAll(own, "email", Company);
        traits.AddAll(ofContext, "email", Company);
        var email = own.Text("email") ?? ofContext.Text("email");
        var upsert = new ContactUpsert(into.Message, contact, AddressOf(email), AddCompany(message, own, ofContext, traits), traits.Edits)
        {
            Identified = user is not null,
            Aliases = user is null || anonymous is null || anonymous == user ? [] : [anonymous],
            MergesStrangersOnly = true,
            AsOf = time.Of(message),
        };
        return Add(upsert) ?? traits.Fault ?? (email is null ? null : FieldChecks.Email("traits.email", email));
    }

    // A company is a name, or in Segment's traits an object of its own: with an id it is the person's account.
    private string? AddCompany(JsonElement message, JsonElement own, JsonElement ofContext, CollectedTraits traits)
    {
        var company = own.Get(Company).ValueKind == JsonValueKind.Undefined ? ofContext.Get(Company) : own.Get(Company);
        var name = company.ValueKind == JsonValueKind.Object ? company.Get("name") : company;
        if (name.ValueKind != JsonValueKind.Undefined)
            traits.Add(Company, name);
        return company.Text("id") is { } account && AddAccount(account, company, message) is null ? account : null;
    }

    private ItemFault? Group(JsonElement message)
    {
        if (message.Text("groupId") is not { } group)
            return FieldChecks.Missing("groupId");
        var traits = message.Get("traits");
        if (AddAccount(group, traits, message) is { } fault)
            return fault;
        var user = message.Text("userId");
        if ((user ?? message.Text("anonymousId")) is not { } contact)
            return null;
        return Add(new ContactUpsert(into.Message, contact, null, group, [])
        {
            Identified = user is not null,
            AsOf = time.Of(message),
        });
    }

    private ItemFault? AddAccount(string id, JsonElement about, JsonElement message)
    {
        var name = about.Text("name");
        if (FieldChecks.Id("groupId", id) is { } fault)
            return fault;
        if (name is not null && FieldChecks.Text("name", name, Limits.AccountNameBytes) is not null)
            name = null;
        var traits = new CollectedTraits();
        traits.AddAll(about, "name", "id");
        into.Accounts.Add(new AccountUpsert(into.Message, id, name, [], traits.Edits) { AsOf = time.Of(message) });
        if (traits.Fault is { } left)
            into.Refuse(left, into.Message);
        return null;
    }

    private ItemFault? Alias(JsonElement message)
    {
        if (message.Text("userId") is not { } user)
            return FieldChecks.Missing("userId");
        if ((message.Text("previousId") ?? message.Text("anonymousId")) is not { } previous)
            return FieldChecks.Missing("previousId");
        return Add(new ContactUpsert(into.Message, user, null, null, [])
        {
            Identified = true,
            Aliases = previous == user ? [] : [previous],
            MergesStrangersOnly = true,
        });
    }

    private ItemFault? Add(ContactUpsert upsert)
    {
        var fault = FieldChecks.Id("userId", upsert.Id)
            ?? upsert.Aliases.Select(alias => FieldChecks.Id("anonymousId", alias)).FirstOrDefault(wrong => wrong is not null)
            ?? (upsert.AccountId is null ? null : FieldChecks.Id("groupId", upsert.AccountId));
        if (fault is null)
            into.Contacts.Add(upsert);
        return fault;
    }

    private static string? AddressOf(string? email) => email is not null && FieldChecks.Email("email", email) is null ? email : null;

    // The same bytes are the same message, which a sender without ids sends again.
    private static string IdOf(JsonElement message) =>
        $"sha256-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(message.GetRawText())).AsSpan(0, 16))}";
}
