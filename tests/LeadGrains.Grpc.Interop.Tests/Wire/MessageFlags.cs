using System.Buffers.Binary;

namespace LeadGrains.Grpc.Interop.Tests.Wire;

/// <summary>The compressed flags of the messages in one direction of a call, read from its bytes as they pass.</summary>
internal sealed class MessageFlags
{
    private const int PrefixLength = 5;

    private readonly byte[] _prefix = new byte[PrefixLength];
    private readonly List<bool> _seen = [];
    private int _prefixRead;
    private long _left;

    /// <summary>Of each message whose prefix has passed, in order: true if it is compressed.</summary>
    public IReadOnlyList<bool> Seen
    {
        get
        {
            lock (_seen)
            {
                return [.. _seen];
            }
        }
    }

    public void Pass(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (_left > 0)
            {
                var skipped = (int)Math.Min(_left, bytes.Length);
                _left -= skipped;
                bytes = bytes[skipped..];
                continue;
            }

            _prefix[_prefixRead++] = bytes[0];
            bytes = bytes[1..];
            if (_prefixRead == PrefixLength)
            {
                (_prefixRead, _left) = (0, BinaryPrimitives.ReadUInt32BigEndian(_prefix.AsSpan(1)));
                lock (_seen)
                {
                    _seen.Add(_prefix[0] == 1);
                }
            }
        }
    }
}
