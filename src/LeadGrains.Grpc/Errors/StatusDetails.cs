using Google.Protobuf;

namespace Google.Rpc;

/// <summary>Reads the details of a rich error. In Google.Api.CommonProtos this is a method of <see cref="Status"/> itself.</summary>
public static class StatusDetails
{
    /// <summary>The first detail of a type; null if there is none.</summary>
    /// <typeparam name="T">The message, such as <see cref="BadRequest"/>.</typeparam>
    /// <exception cref="InvalidProtocolBufferException">The detail's bytes are no such message.</exception>
    public static T? GetDetail<T>(this Status status)
        where T : class, IMessage<T>, new()
    {
        ArgumentNullException.ThrowIfNull(status);
        foreach (var detail in status.Details)
        {
            if (detail.TryUnpack<T>(out var message))
                return message;
        }

        return null;
    }
}
