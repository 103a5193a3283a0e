using System.Buffers;
using Google.Protobuf;
using LeadGrains.Cluster.V1;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Remote;

/// <summary>Keys between nodes.</summary>
internal static class KeyWire
{
    public static Key Of(GrainKey key) => new()
    {
        Workspace = NameOf(key.Workspace),
        Kind = (Stored.GrainKind)key.Kind,
        Id = key.Id,
    };

    public static GrainKey From(Key key) => new(FromName(key.Workspace), (GrainKind)key.Kind, key.Id);

    /// <summary>A cluster.v1.KeysRequest.</summary>
    public static void Write(IBufferWriter<byte> fields, IEnumerable<GrainKey> keys) => new KeysRequest { Keys = { keys.Select(Of) } }.WriteTo(fields);

    /// <summary>The default workspace travels as empty.</summary>
    public static string NameOf(string workspace) => workspace == Workspaces.Default ? "" : workspace;

    /// <inheritdoc cref="NameOf"/>
    public static string FromName(string workspace) => workspace.Length == 0 ? Workspaces.Default : workspace;
}
