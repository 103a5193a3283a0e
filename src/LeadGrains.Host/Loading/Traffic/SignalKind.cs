namespace LeadGrains.Host.Loading.Traffic;

/// <summary>A type with attributes that the load test sends, and the rules that it expects to look at it.</summary>
/// <param name="Type">The signal type.</param>
/// <param name="Attributes">Name and value.</param>
/// <param name="Rules">Places in the model's rules whose conditions and scale it meets, in the model's order; none for a machine's.</param>
/// <param name="IsScanner">Its user agent is a machine's, and the model asks for that.</param>
/// <param name="Encoded">Type and attributes as protobuf fields of a signal.</param>
internal sealed record SignalKind(
    string Type, IReadOnlyDictionary<string, string> Attributes, IReadOnlyList<int> Rules, bool IsScanner, ReadOnlyMemory<byte> Encoded);
