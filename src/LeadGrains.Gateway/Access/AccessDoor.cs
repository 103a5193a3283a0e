using LeadGrains.Gateway.Calls;
using LeadGrains.Grains;
using Microsoft.AspNetCore.Http;

namespace LeadGrains.Gateway.Access;

/// <summary>Where every call comes in: says who calls, and whether they may.</summary>
public sealed class AccessDoor
{
    private readonly KeyRing _ring;
    private readonly TimeProvider _clock;
    private readonly Caller _local;

    internal AccessDoor(KeyRing ring, TimeProvider clock)
    {
        (_ring, _clock) = (ring, clock);
        _local = new Caller(Workspaces.Default, "local", KeyScopes.All) { Ended = ring.FirstKey };
    }

    /// <summary>Who calls.</summary>
    /// <param name="context">The call. The key stands in Authorization (Bearer; Basic, as the user) or X-Write-Key.</param>
    /// <param name="needed">What the key must be good for: all of these.</param>
    /// <param name="fallbackKey">A key from elsewhere in the call, where no header has one.</param>
    /// <exception cref="Grpc.Core.RpcException">UNAUTHENTICATED, PERMISSION_DENIED or RESOURCE_EXHAUSTED, for the caller as it is.</exception>
    public Caller Admit(HttpContext context, KeyScopes needed, string? fallbackKey = null)
    {
        var known = _ring.Known ?? throw Faults.NotServing(ServingPhase.Starting);
        if (!_ring.AreNeeded)
            return _local;
        Span<char> room = stackalloc char[Credentials.Room];
        var headers = context.Request.Headers;
        var key = known.Find(Credentials.Find(headers, fallbackKey, room), _clock) ?? throw Refusals.NoKey();
        key.Use();
        if (key.IsForPages && !(headers.Origin is { Count: 1 } sent && key.AllowsOrigin(sent[0] ?? "")))
            throw Refusals.Origin();
        if ((key.Caller.Scopes & needed) != needed)
            throw Refusals.Scope(needed & ~key.Caller.Scopes);
        key.Caller.Allowance?.LetIn(needed);
        return key.Caller;
    }

    /// <summary>Whether every caller needs a key.</summary>
    public bool AsksForKeys => _ring.AreNeeded;

    /// <summary>Whether pages of an origin have a key of their own, so that a browser may let them call.</summary>
    public bool AllowsOrigin(string origin) => _ring.Known?.All.Any(key => !key.IsRevoked && key.AllowsOrigin(origin)) == true;
}
