using System.Buffers.Binary;

namespace LeadGrains.Grains.Ranking;

/// <summary>What a page token knows its model by: the models that are only tried have no version of their own.</summary>
/// <param name="Version">0 where it is not stored.</param>
/// <param name="Hash">The first bytes of its document's hash.</param>
internal readonly record struct PageModel(uint Version, ulong Hash)
{
    public static PageModel Of(ServedModel served) =>
        new(served.Version, BinaryPrimitives.ReadUInt64LittleEndian(served.Model.ContentHash.AsSpan()));
}
