using System.Buffers;

namespace LeadGrains.Grpc.Tests.Wire;

/// <summary>Bytes as a transport hands them out: in a chain of pieces.</summary>
internal sealed class Segments : ReadOnlySequenceSegment<byte>
{
    private Segments(ReadOnlyMemory<byte> memory, long runningIndex)
    {
        Memory = memory;
        RunningIndex = runningIndex;
    }

    public static ReadOnlySequence<byte> Of(ReadOnlyMemory<byte> bytes, int length)
    {
        var first = new Segments(bytes[..Math.Min(length, bytes.Length)], runningIndex: 0);
        var last = first;
        for (var at = length; at < bytes.Length; at += length)
        {
            var next = new Segments(bytes[at..Math.Min(at + length, bytes.Length)], at);
            last.Next = next;
            last = next;
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }
}
