using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Ranking;

/// <summary>
/// Where a ranking goes on: all pages of one query are evaluated at the first one's instant. Opaque to callers, and
/// refused with another query or model. The size of the page may change.
/// </summary>
/// <param name="At">The instant of all pages.</param>
/// <param name="After">The last row so far.</param>
/// <param name="NextRank">The rank of the next row, from 1.</param>
/// <param name="Model">The model that the rows were scored under.</param>
/// <param name="Query">By <see cref="FilterFingerprint"/>.</param>
internal readonly record struct PageToken(Instant At, RankCursor After, uint NextRank, PageModel Model, ulong Query)
{
    private const byte Format = 2;
    private const int HeadBytes = 1 + (5 * sizeof(ulong)) + (2 * sizeof(uint));
    private const int CheckBytes = sizeof(uint);

    /// <summary>The token as text: base64url, no padding.</summary>
    public string Write()
    {
        var id = Encoding.UTF8.GetBytes(After.Id);
        var bytes = new byte[HeadBytes + id.Length + CheckBytes];
        bytes[0] = Format;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1), At.Ticks);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(9), After.Key);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(17), After.IntentPoints);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(25), Query);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(33), NextRank);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(37), Model.Version);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(41), Model.Hash);
        id.CopyTo(bytes, HeadBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(HeadBytes + id.Length), CheckOf(bytes.AsSpan(0, HeadBytes + id.Length)));
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads a token that must belong to this query under this model.</summary>
    /// <exception cref="PageTokenException">It is not one of ours, or belongs to another query or model.</exception>
    public static PageToken Read(string text, ulong query, PageModel model)
    {
        var token = Parse(text) ?? throw new PageTokenException("The page token is damaged. Use next_page_token as it was returned.");
        if (token.Query != query)
            throw new PageTokenException("The page token belongs to another query. Filter and rank_by must stay the same from page to page.");
        if (token.Model.Version != model.Version)
            throw new PageTokenException($"The page token was made under model version {token.Model.Version}, and {model.Version} is active now. Begin again at the first page.");
        if (token.Model != model)
            throw new PageTokenException("The page token was made under another shadow model. Begin again at the first page.");
        return token;
    }

    private static PageToken? Parse(string text)
    {
        if (text.Length > Limits.PageTokenBytes || !Base64Url.IsValid(text))
            return null;
        var bytes = Base64Url.DecodeFromChars(text).AsSpan();
        if (bytes.Length < HeadBytes + CheckBytes || bytes[0] != Format)
            return null;
        var content = bytes[..^CheckBytes];
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[^CheckBytes..]) != CheckOf(content))
            return null;
        var after = new RankCursor(
            BinaryPrimitives.ReadDoubleLittleEndian(content[9..]), BinaryPrimitives.ReadDoubleLittleEndian(content[17..]),
            Encoding.UTF8.GetString(content[HeadBytes..]));
        return new PageToken(
            new Instant(BinaryPrimitives.ReadInt64LittleEndian(content[1..])), after,
            BinaryPrimitives.ReadUInt32LittleEndian(content[33..]),
            new PageModel(BinaryPrimitives.ReadUInt32LittleEndian(content[37..]), BinaryPrimitives.ReadUInt64LittleEndian(content[41..])),
            BinaryPrimitives.ReadUInt64LittleEndian(content[25..]));
    }

    private static uint CheckOf(ReadOnlySpan<byte> content) => (uint)StableHash.Of(Format, content);
}
