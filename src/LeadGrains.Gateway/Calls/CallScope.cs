namespace LeadGrains.Gateway.Calls;

/// <summary>What every service needs to know of the call that it answers.</summary>
/// <param name="Workspace">Whose data the call sees.</param>
/// <param name="Ended">Cancelled when nobody waits for the answer any more.</param>
internal readonly record struct CallScope(string Workspace, CancellationToken Ended);
