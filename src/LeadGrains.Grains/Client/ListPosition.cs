using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace LeadGrains.Grains;

/// <summary>How far a list of all contacts or accounts has been read.</summary>
/// <param name="Partition">All before it have been read.</param>
/// <param name="AfterId">The last one of it that has been; empty for none.</param>
internal readonly record struct ListPosition(int Partition, string AfterId)
{
    private const string Format = "1";

    /// <summary>The resume token.</summary>
    public string Write() => string.Create(
        CultureInfo.InvariantCulture, $"{Format}.{Partition}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(AfterId))}");

    /// <summary>Reads a token; an empty one is the beginning.</summary>
    /// <exception cref="Watching.ResumeTokenException">It is none.</exception>
    public static ListPosition Read(string token)
    {
        if (token.Length == 0)
            return new ListPosition(0, "");
        var parts = token.Split('.');
        if (token.Length > Limits.PageTokenBytes || parts is not [Format, var partition, var id] || !Base64Url.IsValid(id)
            || !int.TryParse(partition, NumberStyles.None, CultureInfo.InvariantCulture, out var at))
            throw new Watching.ResumeTokenException();
        return new ListPosition(at, Encoding.UTF8.GetString(Base64Url.DecodeFromChars(id)));
    }
}
