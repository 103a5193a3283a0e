using System.Globalization;
using System.Text;

namespace LeadGrains.Scoring;

/// <summary>
/// `scale: {attribute: A, from: F, to: T}`: a signal is worth the share clamp((A - F) / (T - F), 0, 1) of the points. F may
/// lie above T: fewer is better then.
/// </summary>
internal sealed class PointScale(string attribute, double from, double to)
{
    private readonly byte[] _nameUtf8 = Encoding.UTF8.GetBytes(attribute);

    /// <summary>What the points depend on, for people.</summary>
    public string Reason { get; } = FormattableString.Invariant($"by {attribute}, from {from} to {to}");

    /// <summary>The share; null where the attribute is missing or no finite number, so that the signal does not match.</summary>
    public double? ShareOf<TAttributes>(in TAttributes attributes)
        where TAttributes : IAttributes, allows ref struct
    {
        if (!attributes.TryGet(_nameUtf8, out var value)
            || !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            || !double.IsFinite(number))
            return null;
        return Math.Clamp((number - from) / (to - from), 0, 1);
    }
}
