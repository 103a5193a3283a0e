using System.Buffers.Binary;
using System.Buffers.Text;
using LeadGrains.Grains.Ranking;

namespace LeadGrains.Grains.History;

/// <summary>
/// Where a list of signals goes on. Every page is told as of where the history ended when the first one was asked for,
/// so that what comes in between moves nothing. Opaque to callers.
/// </summary>
/// <param name="Contact">Hash of the contact's key.</param>
/// <param name="End">The sequence that the history ended with.</param>
/// <param name="Before">The oldest signal so far.</param>
internal readonly record struct SignalPageToken(ulong Contact, long End, SignalPosition Before)
{
    private const byte Format = 1;
    private const int ContentBytes = 1 + (3 * sizeof(ulong)) + sizeof(int);

    public string Write()
    {
        var bytes = new byte[ContentBytes + sizeof(uint)];
        bytes[0] = Format;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(1), Contact);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(9), End);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(17), Before.Sequence);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(25), Before.Index);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(ContentBytes), CheckOf(bytes));
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads a token that must belong to this contact.</summary>
    /// <exception cref="PageTokenException">It is not one of ours, or another contact's.</exception>
    public static SignalPageToken Read(string text, ulong contact)
    {
        var token = Parse(text) ?? throw new PageTokenException("The page token is damaged. Use next_page_token as it was returned.");
        return token.Contact == contact
            ? token
            : throw new PageTokenException("The page token belongs to another contact. Begin again at the first page.");
    }

    private static SignalPageToken? Parse(string text)
    {
        if (text.Length > Limits.PageTokenBytes || !Base64Url.IsValid(text))
            return null;
        var bytes = Base64Url.DecodeFromChars(text);
        if (bytes.Length != ContentBytes + sizeof(uint) || bytes[0] != Format
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(ContentBytes)) != CheckOf(bytes))
            return null;
        return new SignalPageToken(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(1)),
            BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(9)),
            new SignalPosition(BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(17)), BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(25))));
    }

    private static uint CheckOf(byte[] bytes) => (uint)StableHash.Of(Format, bytes.AsSpan(0, ContentBytes));
}
