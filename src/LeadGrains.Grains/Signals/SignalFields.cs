using System.Runtime.CompilerServices;
using LeadGrains.Grains.Wire;

namespace LeadGrains.Grains.Signals;

/// <summary>
/// What one signal's bytes say, as offsets into the buffer that it was read from. Each is the last value of its
/// field, as protobuf has it.
/// </summary>
internal struct SignalFields
{
    /// <summary>The fields that are one text.</summary>
    public TextRanges Texts;

    /// <summary>Of `occurred_at`, since 1970-01-01T00:00:00Z; may be out of range.</summary>
    public long Seconds;

    /// <summary>Of `occurred_at`; may be out of range.</summary>
    public int Nanos;

    /// <summary>Whether there is an `occurred_at`.</summary>
    public bool HasOccurredAt;

    /// <summary>Entries of `attributes` as they came; a repeated name counts again.</summary>
    public int AttributeCount;

    /// <summary>The first fault.</summary>
    public SignalFault Fault;

    /// <summary>The range of a text field.</summary>
    public readonly ByteRange this[SignalField field] => Texts[(int)field];

    /// <summary>Notes a fault unless there is one already.</summary>
    public void Add(in SignalFault fault)
    {
        if (Fault.Kind == SignalFaultKind.None)
            Fault = fault;
    }

    /// <summary>By <see cref="SignalField"/>; the first one is unused.</summary>
    [InlineArray(7)]
    public struct TextRanges
    {
        private ByteRange _first;
    }
}
