using LeadGrains.Gateway.Access;

namespace LeadGrains.Gateway.Calls;

/// <summary>What every service needs to know of the call that it answers.</summary>
/// <param name="Caller">Who calls.</param>
/// <param name="Method">The method's own name, such as "/leadgrains.v1.IngestService/StreamSignals".</param>
/// <param name="Ended">Cancelled when nobody waits for the answer any more.</param>
internal readonly record struct CallScope(Caller Caller, string Method, CancellationToken Ended)
{
    /// <summary>Whose data the call sees.</summary>
    public string Workspace => Caller.Workspace;
}
