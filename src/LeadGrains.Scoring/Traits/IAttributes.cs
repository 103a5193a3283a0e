namespace LeadGrains.Scoring;

/// <summary>A signal's attributes as they stand in its bytes. On the ingest path: no string, no copy.</summary>
public interface IAttributes
{
    /// <summary>Finds an attribute by its exact name. Both are UTF-8; the value is only good while the signal's bytes are.</summary>
    bool TryGet(ReadOnlySpan<byte> nameUtf8, out ReadOnlySpan<byte> valueUtf8);
}
