using Google.Protobuf.Reflection;
using Grpc.Core;
using LeadGrains.Gateway.Calls;

namespace LeadGrains.Gateway.Accounts;

/// <summary>The methods of AccountService, whose upserts are counted before they are read.</summary>
internal static class AccountServiceBinding
{
    /// <summary>Where reflection looks for it, as on a generated class.</summary>
    public static ServiceDescriptor Descriptor => V1.AccountService.Descriptor;

    /// <summary>Called by the server, with null for the service: it finds the methods on the service's type.</summary>
    public static void BindService(ServiceBinderBase binder, AccountService? service) => V1.AccountService.BindService(
        new CountedRequests<V1.UpsertAccountsRequest>(binder, V1.UpsertAccountsRequest.Parser, "accounts"), service);
}
