using Google.Protobuf.Reflection;
using Grpc.Core;
using LeadGrains.Grpc.Tests.Catalog;

namespace LeadGrains.Grpc.Tests.Reflection;

internal sealed class ShelfService : Shelf.ShelfBase;

/// <summary>Bound by hand, with the descriptor of a generated service.</summary>
internal sealed class HandBoundShelf : HandBoundMethods
{
    public override Task<string> Lend(string request, ServerCallContext context) => Task.FromResult(request);
}

/// <summary>Bound by hand, without a descriptor: it is served, and reflection cannot tell of it.</summary>
internal sealed class UndescribedService : UndescribedMethods;

[BindServiceMethod(typeof(HandBoundMethods), nameof(BindService))]
internal abstract class HandBoundMethods
{
    private static readonly Method<string, string> Method = new(MethodType.Unary, Descriptor.FullName, nameof(Lend), Texts.Marshaller, Texts.Marshaller);

    public static ServiceDescriptor Descriptor => Shelf.Descriptor;

    public static void BindService(ServiceBinderBase binder, HandBoundMethods? service) =>
        binder.AddMethod(Method, service is null ? null : new UnaryServerMethod<string, string>(service.Lend));

    public abstract Task<string> Lend(string request, ServerCallContext context);
}

[BindServiceMethod(typeof(UndescribedMethods), nameof(BindService))]
internal abstract class UndescribedMethods
{
    private static readonly Method<string, string> Method = new(MethodType.Unary, "catalog.v1.Undescribed", nameof(Lend), Texts.Marshaller, Texts.Marshaller);

    public static void BindService(ServiceBinderBase binder, UndescribedMethods? service) =>
        binder.AddMethod(Method, service is null ? null : new UnaryServerMethod<string, string>(service.Lend));

    public virtual Task<string> Lend(string request, ServerCallContext context) => Task.FromResult(request);
}
