using Google.Protobuf;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Ranking;

namespace LeadGrains.Grains.Remote;

/// <summary>Answers as they go back to the node that asked: one byte that says whether it was done, and a message.</summary>
internal static class Answers
{
    private const byte Done = 0;
    private const byte Failed = 1;

    /// <summary>It was done.</summary>
    public static ReadOnlyMemory<byte> Of(IMessage fields) => Of(Done, fields);

    /// <summary>It was not done, or nobody knows.</summary>
    public static ReadOnlyMemory<byte> Of(GrainException failure)
    {
        var message = new Failure { Kind = FailureKind.Unavailable, Message = failure.Message };
        switch (failure)
        {
            case OverloadedException:
                message.Kind = FailureKind.Overloaded;
                break;
            case PartitionMovedException:
                message.Kind = FailureKind.Moved;
                break;
            case UnknownFilterException filter:
                message.Kind = FailureKind.UnknownFilter;
                message.Trait = filter.Trait;
                message.ModelKey = filter.ModelKey;
                break;
            case UnknownContactException unknown:
                message.Kind = FailureKind.UnknownContact;
                message.ContactId = unknown.Id;
                break;
            case MergeRefusedException refused:
                message.Kind = FailureKind.MergeRefused;
                message.Field = refused.Field;
                message.Why = refused.Why;
                break;
        }

        return Of(Failed, message);
    }

    /// <summary>What follows the first byte.</summary>
    public static ReadOnlyMemory<byte> FieldsOf(ReadOnlyMemory<byte> answer) => answer[1..];

    /// <summary>Why it was not done; null where it was.</summary>
    /// <exception cref="InvalidDataException">It is no answer.</exception>
    public static GrainException? FailureIn(ReadOnlyMemory<byte> answer)
    {
        if (answer.Length == 0 || answer.Span[0] > Failed)
            throw new InvalidDataException("What another node sent is no answer.");
        if (answer.Span[0] == Done)
            return null;
        var failure = Failure.Parser.ParseFrom(answer.Span[1..]);
        return failure.Kind switch
        {
            FailureKind.Overloaded => new OverloadedException(),
            FailureKind.Moved => new PartitionMovedException(),
            FailureKind.UnknownFilter => new UnknownFilterException(failure.Trait, failure.ModelKey),
            FailureKind.UnknownContact => new UnknownContactException(failure.ContactId),
            FailureKind.MergeRefused => new MergeRefusedException(failure.Field, failure.Why),
            _ => new PartitionUnavailableException(failure.Message),
        };
    }

    /// <summary>Whether this is what reading damaged or foreign bytes throws.</summary>
    public static bool IsDamage(Exception failure) => failure is InvalidDataException or InvalidProtocolBufferException;

    private static byte[] Of(byte head, IMessage fields)
    {
        var bytes = new byte[1 + fields.CalculateSize()];
        bytes[0] = head;
        fields.WriteTo(bytes.AsSpan(1));
        return bytes;
    }
}
