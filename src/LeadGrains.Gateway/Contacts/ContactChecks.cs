using Google.Protobuf.Collections;
using LeadGrains.Gateway.Checks;
using LeadGrains.Grains;

namespace LeadGrains.Gateway.Contacts;

/// <summary>Checks an item of UpsertContacts. An empty field leaves what is there.</summary>
internal static class ContactChecks
{
    public static ItemFault? Read(int index, V1.ContactTraits message, out ContactUpsert item)
    {
        var fault = FieldChecks.Id("contact_id", message.ContactId)
            ?? FieldChecks.Email("email", message.Email)
            ?? FieldChecks.Text("account_id", message.AccountId, Limits.GrainIdBytes);
        var traitFault = TraitChecks.Read(message.Traits, out var traits);
        var asOfFault = FieldChecks.Instant("as_of", message.AsOf, out var asOf);
        item = new ContactUpsert(index, message.ContactId, KnownOrNull(message.Email), KnownOrNull(message.AccountId), traits)
        {
            Aliases = message.Aliases,
            AsOf = asOf,
        };
        return fault ?? traitFault ?? Aliases(message.Aliases) ?? asOfFault;
    }

    private static ItemFault? Aliases(RepeatedField<string> aliases) =>
        aliases.Count > Limits.AliasesPerItem
            ? FieldChecks.TooLong("aliases", aliases.Count, Limits.AliasesPerItem, "entries")
            : aliases.Select(alias => FieldChecks.Id("aliases", alias)).FirstOrDefault(fault => fault is not null);

    private static string? KnownOrNull(string text) => text.Length == 0 ? null : text;
}
