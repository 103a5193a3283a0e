using System.Text.Json.Serialization;

namespace LeadGrains.Gateway.Collect;

/// <summary>What is written as JSON here.</summary>
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class CollectJson : JsonSerializerContext;
