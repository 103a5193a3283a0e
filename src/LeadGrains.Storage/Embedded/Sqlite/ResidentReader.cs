using System.Text;
using LeadGrains.Grains;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Embedded.Sqlite;

/// <summary>Reads what a restart needs of a range of partitions, in the order it lies in.</summary>
internal sealed class ResidentReader(SqliteFile file, long generation)
{
    private readonly SqliteStatement _rows = file.Prepare(
        $"""
        SELECT partition, kind, workspace, id, version, model_version, stage, resident FROM grains_{generation}
        WHERE partition BETWEEN ?1 AND ?2 AND version > 0
        """);

    private string _workspace = "";
    private string _stage = "";

    public IEnumerable<ResidentRow> Read(int firstPartition, int lastPartition, CancellationToken cancellationToken)
    {
        _rows.Bind(1, (long)firstPartition);
        _rows.Bind(2, (long)lastPartition);
        while (_rows.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return Current();
        }
    }

    private ResidentRow Current()
    {
        _workspace = Same(_workspace, _rows.Bytes(2));
        _stage = Same(_stage, _rows.Bytes(6));
        var key = new GrainKey(_workspace, (GrainKind)_rows.Int64(1), _rows.Text(3));
        return new ResidentRow(
            key, (int)_rows.Int64(0), _rows.Int64(4), (uint)_rows.Int64(5), _stage, _rows.Bytes(7).ToArray());
    }

    // Neighbouring rows mostly agree: one string serves them all.
    private static string Same(string last, ReadOnlySpan<byte> text)
    {
        Span<byte> bytes = stackalloc byte[128];
        return Encoding.UTF8.TryGetBytes(last, bytes, out var written) && bytes[..written].SequenceEqual(text)
            ? last
            : Encoding.UTF8.GetString(text);
    }
}
