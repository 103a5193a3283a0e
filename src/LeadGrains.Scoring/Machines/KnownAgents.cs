using System.Buffers.Binary;

namespace LeadGrains.Scoring;

/// <summary>
/// What was found out of user agents that came lately, at most <see cref="Places"/> of them, each of at most
/// <see cref="MostBytes"/> bytes. One that falls on another's place takes it over. Any thread, without a lock: an entry
/// does not change, and what one thread has not seen yet it finds out once more.
/// </summary>
internal sealed class KnownAgents
{
    private const int Places = 1_024;
    private const int MostBytes = 512;

    private readonly Agent?[] _agents = new Agent?[Places];

    public bool TryFind(ReadOnlySpan<byte> agentUtf8, out bool isScanner)
    {
        isScanner = false;
        if (Volatile.Read(ref _agents[PlaceOf(agentUtf8)]) is not { } known || !agentUtf8.SequenceEqual(known.Utf8))
            return false;
        isScanner = known.IsScanner;
        return true;
    }

    public void Add(ReadOnlySpan<byte> agentUtf8, bool isScanner)
    {
        if (agentUtf8.Length <= MostBytes)
            Volatile.Write(ref _agents[PlaceOf(agentUtf8)], new Agent(agentUtf8.ToArray(), isScanner));
    }

    // Agents begin and end alike, and differ by versions in between: four words of each tell them apart well enough.
    private static int PlaceOf(ReadOnlySpan<byte> agent)
    {
        var mixed = (ulong)agent.Length * 0x9E37_79B9_7F4A_7C15;
        if (agent.Length >= sizeof(ulong))
        {
            for (var part = 0; part <= 3; part++)
            {
                var word = BinaryPrimitives.ReadUInt64LittleEndian(agent[((agent.Length - sizeof(ulong)) * part / 3)..]);
                mixed = (mixed ^ word) * 0xD6E8_FEB8_6659_FD93;
            }
        }
        else
        {
            foreach (var value in agent)
                mixed = (mixed ^ value) * 0xD6E8_FEB8_6659_FD93;
        }

        return (int)(mixed >> 40) & (Places - 1);
    }

    private sealed record Agent(byte[] Utf8, bool IsScanner);
}
