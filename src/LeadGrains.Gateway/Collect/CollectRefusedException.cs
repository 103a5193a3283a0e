namespace LeadGrains.Gateway.Collect;

/// <summary>A request that is not taken at all.</summary>
/// <param name="httpStatus">What HTTP says of it.</param>
/// <param name="message">For people.</param>
internal sealed class CollectRefusedException(int httpStatus, string message) : Exception(message)
{
    public int HttpStatus => httpStatus;
}
