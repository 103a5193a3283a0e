namespace LeadGrains.Gateway.Admission;

/// <summary>What one request holds of the bytes under way, from their first on; it gives all back when it is disposed. For one thread at a time.</summary>
internal sealed class HeldBytes(BytesUnderWay bytes) : IDisposable
{
    /// <summary>How many.</summary>
    public int Count { get; private set; }

    /// <summary>Holds as many at least.</summary>
    /// <exception cref="LeadGrains.Grains.OverloadedException">It would be too much; a request that comes alone may be of any size.</exception>
    public void GrowTo(int count)
    {
        if (count <= Count)
            return;
        bytes.Take(count - Count, own: Count);
        Count = count;
    }

    public void Dispose() => bytes.Return(Count);
}
