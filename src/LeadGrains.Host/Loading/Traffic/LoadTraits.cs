using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace LeadGrains.Host.Loading.Traffic;

/// <summary>The traits of a load test's contacts and accounts, by their number and the seed.</summary>
internal sealed class LoadTraits(ModelConditions conditions, ulong seed)
{
    private const ulong OfAccounts = 0x6163636F756E7473;
    private readonly TraitChoices _contacts = new(conditions.ContactFit.Values
        .Concat(conditions.Roles.Values).Concat(conditions.ContactDisqualifiers.Select(disqualifier => disqualifier.Condition)));

    private readonly TraitChoices _accounts = new(conditions.AccountFit.Values
        .Concat(conditions.AccountDisqualifiers.Select(disqualifier => disqualifier.Condition)));

    public IReadOnlyDictionary<string, string> OfContact(int contact) => _contacts.Choose(Mixing.Of(seed, (ulong)contact));

    public IReadOnlyDictionary<string, string> OfAccount(int account) => _accounts.Choose(Mixing.Of(seed ^ OfAccounts, (ulong)account));

    /// <summary>The traits as the API takes them: what reads as a number is sent as one.</summary>
    public static Struct Message(IReadOnlyDictionary<string, string> traits)
    {
        var message = new Struct();
        foreach (var (name, value) in traits)
        {
            message.Fields[name] = IsNumber(value, out var number) ? Value.ForNumber(number) : Value.ForString(value);
        }

        return message;
    }

    private static bool IsNumber(string value, out double number) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out number)
        && number.ToString(CultureInfo.InvariantCulture) == value;
}
