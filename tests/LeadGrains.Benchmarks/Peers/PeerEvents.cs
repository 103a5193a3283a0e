using System.Buffers.Binary;

namespace LeadGrains.Benchmarks.Peers;

/// <summary>
/// The events that one connection records, and what they add up to. Its contacts and accounts are no other connection's
/// where there are several parts: then no request waits for another's locks.
/// </summary>
/// <param name="number">Which connection: in every id.</param>
/// <param name="part">Of the accounts, from 0.</param>
/// <param name="parts">How many.</param>
/// <param name="contacts">How many there are in all.</param>
/// <param name="accounts">How many there are in all.</param>
internal sealed class PeerEvents(int number, int part, int parts, int contacts, int accounts)
{
    /// <summary>Bytes of an event, its id among them.</summary>
    public const int Bytes = 140;

    private readonly Random _random = new(number + 1);
    private readonly byte[] _body = [.. Enumerable.Range(0, Bytes).Select(place => (byte)('a' + (place % 26)))];

    /// <summary>Unique among the events of all connections.</summary>
    public long Id { get; private set; } = (long)number << 40;

    public int Contact { get; private set; }

    /// <summary>The contact's.</summary>
    public int Account => Contact % accounts;

    /// <summary>What is added to the contact's score and the account's; whole, so that sums are exact.</summary>
    public int Weight { get; private set; }

    /// <summary>The event, beginning with its id.</summary>
    public ReadOnlySpan<byte> Body => _body;

    /// <summary>How many there were since the start.</summary>
    public long Count { get; private set; }

    /// <summary>All their weights.</summary>
    public long Weights { get; private set; }

    public void Next()
    {
        Id++;
        var account = (_random.Next(accounts / parts) * parts) + part;
        Contact = (_random.Next(contacts / accounts) * accounts) + account;
        Weight = 1 + _random.Next(9);
        Count++;
        Weights += Weight;
        BinaryPrimitives.WriteInt64LittleEndian(_body, Id);
    }
}
