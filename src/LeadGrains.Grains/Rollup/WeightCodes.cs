namespace LeadGrains.Grains.Rollup;

/// <summary>A small number for each weight that roles give, since a model has few of them. One thread at a time.</summary>
internal sealed class WeightCodes
{
    private readonly Dictionary<double, ushort> _codes = [];
    private readonly List<double> _weights = [];
    private double _last = double.NaN;
    private ushort _lastCode;

    /// <summary>The weight of a code.</summary>
    public double this[ushort code] => _weights[code];

    /// <summary>The code of a weight.</summary>
    /// <exception cref="InvalidOperationException">There are 65,535 weights already, far more than a model can have roles.</exception>
    public ushort CodeOf(double weight)
    {
        if (weight == _last)
            return _lastCode;
        if (!_codes.TryGetValue(weight, out var code))
        {
            if (_weights.Count == ushort.MaxValue)
                throw new InvalidOperationException($"More than {ushort.MaxValue} different role weights.");
            code = (ushort)_weights.Count;
            _codes.Add(weight, code);
            _weights.Add(weight);
        }

        _last = weight;
        _lastCode = code;
        return code;
    }
}
