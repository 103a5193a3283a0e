using System.Globalization;
using Google.Protobuf;
using LeadGrains.V1;

namespace LeadGrains.Host.Loading.Traffic;

/// <summary>
/// The contacts and accounts of a load test, by number. Every id carries a tag of all that the signals depend on, so
/// a run with other settings meets contacts of its own, and the same run again meets only duplicates.
/// </summary>
internal sealed class LoadPopulation
{
    private readonly int[] _starts;
    private readonly byte[] _encoded;

    /// <param name="contacts">How many contacts.</param>
    /// <param name="accounts">How many accounts, at most as many as contacts.</param>
    /// <param name="tag">Of what the signals depend on.</param>
    public LoadPopulation(int contacts, int accounts, ulong tag)
    {
        Contacts = contacts;
        Accounts = accounts;
        Tag = ((uint)tag).ToString("x8", CultureInfo.InvariantCulture);
        _starts = new int[contacts + accounts + 1];
        var encoded = new MemoryStream(64 * (contacts + accounts));
        for (var target = 0; target < contacts + accounts; target++)
        {
            Identity(target).WriteTo(encoded);
            _starts[target + 1] = checked((int)encoded.Length);
            MaxEncodedBytes = Math.Max(MaxEncodedBytes, _starts[target + 1] - _starts[target]);
        }

        _encoded = encoded.ToArray();
    }

    public int Contacts { get; }

    public int Accounts { get; }

    public string Tag { get; }

    public int MaxEncodedBytes { get; }

    /// <summary>The account that a contact belongs to.</summary>
    public int AccountOf(int contact) => contact % Accounts;

    public string ContactId(int contact) => string.Create(CultureInfo.InvariantCulture, $"load-{Tag}-c{contact}");

    /// <summary>Every fourth account is found by its contacts' e-mail addresses, so its id is a domain.</summary>
    public string AccountId(int account) => IsDomain(account)
        ? string.Create(CultureInfo.InvariantCulture, $"a{account}-{Tag}.com")
        : string.Create(CultureInfo.InvariantCulture, $"load-{Tag}-a{account}");

    /// <summary>Who acted, as protobuf fields of a signal.</summary>
    /// <param name="target">A contact's number, or the number of contacts plus that of an account.</param>
    public ReadOnlySpan<byte> EncodedIdentity(int target) => _encoded.AsSpan(_starts[target].._starts[target + 1]);

    private static bool IsDomain(int account) => account % 4 == 3;

    private Signal Identity(int target)
    {
        if (target >= Contacts)
        {
            return new Signal { AccountId = AccountId(target - Contacts) };
        }

        var account = AccountOf(target);
        return IsDomain(account)
            ? new Signal { ContactId = ContactId(target), Email = string.Create(CultureInfo.InvariantCulture, $"c{target}@{AccountId(account)}") }
            : new Signal { ContactId = ContactId(target), AccountId = AccountId(account) };
    }
}
