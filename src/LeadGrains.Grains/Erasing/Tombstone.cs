using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace LeadGrains.Grains.Erasing;

/// <summary>
/// What is left of an id that was erased: the first 16 bytes of HMAC-SHA256, under the store's secret, of workspace, kind and
/// id. Whoever has the id and the secret finds it again; without the secret nobody can try ids.
/// </summary>
/// <param name="Value">The bytes as a number.</param>
public readonly record struct Tombstone(UInt128 Value)
{
    /// <summary>How many bytes it has.</summary>
    public const int Bytes = 16;

    /// <summary>Of an id under a secret.</summary>
    public static Tombstone Of(ReadOnlySpan<byte> secret, string workspace, GrainKind kind, ReadOnlySpan<byte> idUtf8)
    {
        var workspaceBytes = Encoding.UTF8.GetByteCount(workspace);
        var message = ArrayPool<byte>.Shared.Rent(2 + workspaceBytes + idUtf8.Length);
        try
        {
            // The length in front: no other workspace and id give the same bytes.
            message[0] = (byte)kind;
            message[1] = (byte)workspaceBytes;
            Encoding.UTF8.GetBytes(workspace, message.AsSpan(2));
            idUtf8.CopyTo(message.AsSpan(2 + workspaceBytes));
            Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
            HMACSHA256.HashData(secret, message.AsSpan(0, 2 + workspaceBytes + idUtf8.Length), hash);
            return From(hash[..Bytes]);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(message, clearArray: true);
        }
    }

    /// <summary>As <see cref="ToArray"/> wrote it.</summary>
    public static Tombstone From(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    /// <summary>As <see cref="ToString"/> wrote it; null where the text is none.</summary>
    public static Tombstone? Parse(string text) =>
        text.Length == 2 * Bytes && UInt128.TryParse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var value) ? new Tombstone(value) : null;

    /// <summary>Its 16 bytes.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Bytes];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
        return bytes;
    }

    /// <summary>32 hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);
}
