using Google.Protobuf;

namespace Google.Rpc;

/// <summary>The status of a call with typed details. Its fields are generated from the proto.</summary>
public sealed partial class Status
{
    /// <summary>The first detail of a type; null if there is none.</summary>
    /// <typeparam name="T">The message, such as <see cref="BadRequest"/>.</typeparam>
    /// <exception cref="InvalidProtocolBufferException">The detail's bytes are no such message.</exception>
    public T? GetDetail<T>()
        where T : class, IMessage<T>, new()
    {
        foreach (var detail in Details)
        {
            if (detail.TryUnpack<T>(out var message))
                return message;
        }

        return null;
    }
}
