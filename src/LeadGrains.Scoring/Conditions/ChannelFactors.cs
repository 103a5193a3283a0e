using System.Collections.Immutable;
using System.Text;

namespace LeadGrains.Scoring;

/// <summary>
/// `channels`: what positive points are multiplied by where a signal's attribute names the channel that it came through.
/// </summary>
internal sealed class ChannelFactors(string attribute, ImmutableArray<(FoldedText Name, double Factor)> factors)
{
    private readonly byte[] _nameUtf8 = Encoding.UTF8.GetBytes(attribute);

    /// <summary>The attribute that names the channel.</summary>
    public string Attribute => attribute;

    /// <summary>The channels with their factors, as the document lists them.</summary>
    public ImmutableArray<(FoldedText Name, double Factor)> Factors => factors;

    /// <summary>The signal's channel, numbered from 1 as the document lists them; 0 where it has none of these.</summary>
    public byte ChannelOf<TAttributes>(in TAttributes attributes)
        where TAttributes : IAttributes, allows ref struct
    {
        if (!attributes.TryGet(_nameUtf8, out var value))
            return 0;
        for (var i = 0; i < factors.Length; i++)
        {
            if (factors[i].Name.Equal(value))
                return (byte)(i + 1);
        }

        return 0;
    }

    /// <summary>The factor of a channel that is not 0.</summary>
    public double FactorOf(byte channel) => factors[channel - 1].Factor;
}
