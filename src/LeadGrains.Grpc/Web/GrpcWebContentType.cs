using Microsoft.Extensions.Primitives;

namespace Grpc.AspNetCore.Web.Internal;

/// <summary>A content type of gRPC-Web.</summary>
/// <param name="IsText">True if the body is base64.</param>
/// <param name="Format">How messages are encoded, such as <c>+proto</c>; empty if it is not said.</param>
internal readonly record struct GrpcWebContentType(bool IsText, string Format)
{
    private const string Prefix = "application/grpc-web";
    private const string TextSuffix = "-text";

    /// <summary>The content type of the same messages in plain gRPC.</summary>
    public string Plain => "application/grpc" + Format;

    public override string ToString() => Prefix + (IsText ? TextSuffix : "") + Format;

    /// <summary>False for every other content type, plain gRPC's among them.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out GrpcWebContentType type)
    {
        type = default;
        if (!text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return false;
        var rest = text[Prefix.Length..];
        var isText = rest.StartsWith(TextSuffix, StringComparison.OrdinalIgnoreCase);
        if (isText)
            rest = rest[TextSuffix.Length..];
        if (rest.IndexOf(';') is >= 0 and var parameters)
            rest = rest[..parameters];
        rest = rest.TrimEnd();
        if (!rest.IsEmpty && rest[0] != '+')
            return false;
        type = new GrpcWebContentType(isText, rest.ToString());
        return true;
    }

    /// <summary>The type of the answer: the first of gRPC-Web that the client accepts, else that of the request.</summary>
    public GrpcWebContentType OfAnswer(StringValues accept)
    {
        foreach (var line in accept)
        {
            foreach (var range in line.AsSpan().Split(','))
            {
                if (TryParse(line.AsSpan(range).Trim(), out var accepted))
                    return this with { IsText = accepted.IsText };
            }
        }

        return this;
    }
}
