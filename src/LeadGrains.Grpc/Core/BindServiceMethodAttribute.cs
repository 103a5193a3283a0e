namespace Grpc.Core;

/// <summary>Names, on a service's base class, the static method that binds its methods to a server.</summary>
/// <param name="bindType">The type with the method.</param>
/// <param name="bindMethodName">The method: it takes a <see cref="ServiceBinderBase"/> and the service (or null).</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class BindServiceMethodAttribute(Type bindType, string bindMethodName) : Attribute
{
    /// <summary>The type with the method.</summary>
    public Type BindType { get; } = bindType;

    /// <summary>The method's name.</summary>
    public string BindMethodName { get; } = bindMethodName;
}
