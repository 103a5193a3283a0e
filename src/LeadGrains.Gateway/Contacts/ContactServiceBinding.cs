using Google.Protobuf.Reflection;
using Grpc.Core;
using LeadGrains.Gateway.Calls;

namespace LeadGrains.Gateway.Contacts;

/// <summary>The methods of ContactService, whose upserts are counted before they are read.</summary>
internal static class ContactServiceBinding
{
    /// <summary>Where reflection looks for it, as on a generated class.</summary>
    public static ServiceDescriptor Descriptor => V1.ContactService.Descriptor;

    /// <summary>Called by the server, with null for the service: it finds the methods on the service's type.</summary>
    public static void BindService(ServiceBinderBase binder, ContactService? service) => V1.ContactService.BindService(
        new CountedRequests<V1.UpsertContactsRequest>(binder, V1.UpsertContactsRequest.Parser, "contacts"), service);
}
