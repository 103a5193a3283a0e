using System.Runtime.CompilerServices;
using System.Text.Unicode;
using LeadGrains.Grains.Wire;

namespace LeadGrains.Grains.Signals;

/// <summary>
/// Reads one leadgrains.v1.Signal in one pass over its bytes, without an object. Damage of the wire format fails it;
/// a text that is not UTF-8 is a fault of the signal, noted in the fields. Texts are checked wherever they occur,
/// overwritten ones too, so that every signal that we store can be read by any protobuf parser.
/// </summary>
internal static class SignalParser
{
    private const int GroupLevels = WireReader.MaxDepth - 1;
    private const uint LastTextTag = ((uint)SignalField.Email << 3) | 2;
    private const uint OccurredAtTag = ((uint)SignalField.OccurredAt << 3) | 2;
    private const uint AttributesTag = ((uint)SignalField.Attributes << 3) | 2;
    private const uint KeyTag = (1 << 3) | 2;
    private const uint ValueTag = (2 << 3) | 2;
    private const uint SecondsTag = 1 << 3;
    private const uint NanosTag = 2 << 3;

    /// <summary>Reads a signal.</summary>
    /// <param name="bytes">Ends where the signal ends.</param>
    /// <param name="at">Where the signal begins.</param>
    /// <param name="fields">Must be empty.</param>
    /// <returns>False where the bytes are no valid message.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, int at, ref SignalFields fields)
    {
        while (at < bytes.Length)
        {
            if (!WireReader.TryReadTag(bytes, ref at, out var tag))
                return false;
            var read = tag switch
            {
                <= LastTextTag when (tag & 7) == 2 => TryReadText(bytes, ref at, (SignalField)(tag >> 3), ref fields),
                OccurredAtTag => TryReadTimestamp(bytes, ref at, ref fields),
                AttributesTag => TryReadAttribute(bytes, ref at, ref fields),
                _ => WireReader.TrySkip(bytes, ref at, tag, GroupLevels),
            };
            if (!read)
                return false;
        }

        return true;
    }

    /// <summary>
    /// Reads one entry of `attributes`, which ends where the bytes end: the ranges of its name and value, empty where it
    /// has none.
    /// </summary>
    public static bool TryReadEntry(ReadOnlySpan<byte> bytes, int at, out ByteRange name, out ByteRange value)
    {
        name = value = default;
        while (at < bytes.Length)
        {
            if (!TryReadEntryField(bytes, ref at, out var tag, out var range))
                return false;
            if (tag == KeyTag)
                name = range;
            else if (tag == ValueTag)
                value = range;
        }

        return true;
    }

    /// <summary>Finds the next entry of `attributes` in a signal.</summary>
    /// <returns>False at the end of the signal.</returns>
    public static bool TryFindEntry(ReadOnlySpan<byte> signal, ref int at, out ByteRange entry)
    {
        while (at < signal.Length && WireReader.TryReadTag(signal, ref at, out var tag))
        {
            if (tag == AttributesTag)
                return WireReader.TryReadRange(signal, ref at, out entry);
            if (!WireReader.TrySkip(signal, ref at, tag, GroupLevels))
                break;
        }

        entry = default;
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadText(ReadOnlySpan<byte> bytes, ref int at, SignalField field, ref SignalFields fields)
    {
        if (!WireReader.TryReadRange(bytes, ref at, out var range))
            return false;
        fields.Texts[(int)field] = range;
        var text = range.In(bytes);
        if (!PlainText.IsPlain(text))
            CheckUnusual(text, field, ref fields);
        return true;
    }

    private static void CheckUnusual(ReadOnlySpan<byte> text, SignalField field, ref SignalFields fields)
    {
        if (!Utf8.IsValid(text))
            fields.Add(new SignalFault(SignalFaultKind.NotUtf8, field, PlainText.IndexOfDamage(text)));
        else if (field != SignalField.Attributes && text.IndexOf((byte)0) is var zero and >= 0)
            fields.Add(new SignalFault(SignalFaultKind.ZeroByte, field, zero));
    }

    private static bool TryReadTimestamp(ReadOnlySpan<byte> bytes, ref int at, ref SignalFields fields)
    {
        if (!WireReader.TryReadRange(bytes, ref at, out var range))
            return false;
        fields.HasOccurredAt = true;
        var message = bytes[..at];
        var inner = range.Offset;
        while (inner < message.Length)
        {
            if (!WireReader.TryReadTag(message, ref inner, out var tag))
                return false;
            if (tag is not (SecondsTag or NanosTag))
            {
                if (!WireReader.TrySkip(message, ref inner, tag, GroupLevels - 1))
                    return false;
                continue;
            }

            if (!WireReader.TryReadVarint(message, ref inner, out var value))
                return false;
            if (tag == SecondsTag)
                fields.Seconds = (long)value;
            else
                fields.Nanos = (int)value;
        }

        return true;
    }

    private static bool TryReadAttribute(ReadOnlySpan<byte> bytes, ref int at, ref SignalFields fields)
    {
        if (!WireReader.TryReadRange(bytes, ref at, out var range))
            return false;
        fields.AttributeCount++;
        var message = bytes[..at];
        var inner = range.Offset;
        ByteRange name = default, value = default;
        while (inner < message.Length)
        {
            if (!TryReadEntryField(message, ref inner, out var tag, out var text))
                return false;
            if (tag is not (KeyTag or ValueTag))
                continue;
            if (!PlainText.IsPlain(text.In(message)))
                CheckUnusual(text.In(message), SignalField.Attributes, ref fields);
            if (tag == KeyTag)
                name = text;
            else
                value = text;
        }

        var length = name.Length + value.Length;
        if (length > Limits.AttributeBytes)
            fields.Add(new SignalFault(SignalFaultKind.AttributeTooLong, SignalField.Attributes, length, Limits.AttributeBytes, name));
        return true;
    }

    private static bool TryReadEntryField(ReadOnlySpan<byte> bytes, ref int at, out uint tag, out ByteRange range)
    {
        range = default;
        if (!WireReader.TryReadTag(bytes, ref at, out tag))
            return false;
        // The generated parser counts a map entry's groups one level earlier than others.
        return tag is KeyTag or ValueTag
            ? WireReader.TryReadRange(bytes, ref at, out range)
            : WireReader.TrySkip(bytes, ref at, tag, GroupLevels - 2);
    }
}
