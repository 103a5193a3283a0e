using Grpc.Core;
using LeadGrains.Gateway.Calls;

namespace LeadGrains.Gateway.Access;

/// <summary>What callers hear who may not. It says nothing of keys and data that are not theirs.</summary>
internal static class Refusals
{
    /// <summary>The same for no key, an unknown, a revoked and an expired one.</summary>
    public static RpcException NoKey() => new FaultStatus(
        StatusCode.Unauthenticated,
        "This needs a key that is in force, as 'authorization: Bearer KEY'. `leadgrains keys create` makes one, `leadgrains keys list` shows those there are.")
        .Because(FaultReasons.KeyRequired).ToException();

    /// <summary>The key is not good for it.</summary>
    public static RpcException Scope(KeyScopes needed) => new FaultStatus(
        StatusCode.PermissionDenied, $"The key lacks the scope {Name(needed)}. `leadgrains keys create --scope {Name(needed)}` makes one that has it.")
        .Because(FaultReasons.ScopeMissing, ("scope", Name(needed))).ToException();

    /// <summary>It is a page's key, and this page is none of those.</summary>
    public static RpcException Origin() => new FaultStatus(
        StatusCode.PermissionDenied, "The key is for the pages that it names alone. `leadgrains keys create` makes one for programs, with --origin ORIGIN one for other pages.")
        .Because(FaultReasons.OriginRefused).ToException();

    /// <summary>It is a page's key, which everybody can read.</summary>
    public static RpcException Pages() => new FaultStatus(
        StatusCode.PermissionDenied, "The key stands in pages, where everybody can read it, and accounts are upserted by keys without origins.")
        .Because(FaultReasons.PageKeyRefused).ToException();

    /// <summary>The key has had what it may.</summary>
    public static RpcException Exceeded(string what, TimeSpan wait) => new FaultStatus(
        StatusCode.ResourceExhausted, $"The key has had its {what} for now. Try again later, or slower.")
        .Because(FaultReasons.KeyLimit, ("limit", what)).RetryAfter(wait).ToException();

    private static string Name(KeyScopes scopes) => string.Join(',', ScopeNames.Of(scopes));
}
