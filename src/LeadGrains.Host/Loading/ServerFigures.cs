namespace LeadGrains.Host.Loading;

/// <summary>What the server's process used over a run, as its HTTP address told.</summary>
/// <param name="ResidentAtStart">Bytes of memory, resident.</param>
/// <param name="ResidentPeak">The most that was seen; it is asked for twice a second.</param>
/// <param name="ResidentAtEnd">Bytes of memory, resident.</param>
/// <param name="ProcessorTime">Over the whole run.</param>
internal sealed record ServerFigures(long ResidentAtStart, long ResidentPeak, long ResidentAtEnd, TimeSpan ProcessorTime);
