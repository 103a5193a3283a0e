namespace LeadGrains.Gateway.Calls;

/// <summary>The caller's connection or stream broke while its requests were read: nobody waits any more.</summary>
internal sealed class BrokenRequestsException(IOException broken) : Exception("The stream of requests broke.", broken);
