using System.Text;
using LeadGrains.Scoring;

namespace LeadGrains.Host.Tests.Loading.Traffic;

/// <summary>The load test's attributes as the server reads them.</summary>
internal readonly struct PlainAttributes(IReadOnlyDictionary<string, string> values) : IAttributes
{
    public bool TryGet(ReadOnlySpan<byte> nameUtf8, out ReadOnlySpan<byte> valueUtf8)
    {
        var found = values.TryGetValue(Encoding.UTF8.GetString(nameUtf8), out var value);
        valueUtf8 = found ? Encoding.UTF8.GetBytes(value!) : default;
        return found;
    }
}
