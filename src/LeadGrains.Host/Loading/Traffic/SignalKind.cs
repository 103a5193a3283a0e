namespace LeadGrains.Host.Loading.Traffic;

/// <summary>A type with attributes that the load test sends, and the rules that it expects to score it.</summary>
/// <param name="Type">The signal type.</param>
/// <param name="Attributes">Name and value.</param>
/// <param name="Rules">Places in the model's rules, in the model's order.</param>
/// <param name="Encoded">Type and attributes as protobuf fields of a signal.</param>
internal sealed record SignalKind(
    string Type, IReadOnlyDictionary<string, string> Attributes, IReadOnlyList<int> Rules, ReadOnlyMemory<byte> Encoded);
