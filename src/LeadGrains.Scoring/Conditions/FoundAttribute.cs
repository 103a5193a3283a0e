namespace LeadGrains.Scoring;

/// <summary>The attribute that was looked up last for one signal.</summary>
internal ref struct FoundAttribute
{
    /// <summary>The name's number in the model; -1 while none was looked up.</summary>
    public int Slot;

    public bool IsThere;

    public ReadOnlySpan<byte> Value;
}
