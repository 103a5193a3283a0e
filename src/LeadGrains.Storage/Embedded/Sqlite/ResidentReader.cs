using System.Text;
using LeadGrains.Grains;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Embedded.Sqlite;

/// <summary>
/// Reads what a restart needs of a range of partitions, in the order it lies in. All rows go through the same memory.
/// </summary>
internal sealed class ResidentReader(SqliteFile file, long generation)
{
    private readonly SqliteStatement _rows = file.Prepare(
        $"""
        SELECT partition, kind, workspace, id, version, model_version, stage, resident, grain FROM grains_{generation}
        WHERE grain BETWEEN ?1 AND ?2 AND version > 0
        """);

    private readonly RepeatedText _workspace = new();
    private readonly RepeatedText _stage = new();
    private byte[] _row = new byte[1_024];

    public IEnumerable<ResidentRow> Read(int firstPartition, int lastPartition, CancellationToken cancellationToken)
    {
        _rows.Bind(1, GrainNumber.Before(firstPartition));
        _rows.Bind(2, GrainNumber.Last(lastPartition));
        while (_rows.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return Current();
        }
    }

    private ResidentRow Current()
    {
        var id = _rows.Bytes(3);
        var resident = _rows.Bytes(7);
        var length = id.Length + resident.Length;
        if (_row.Length < length)
            _row = new byte[length * 2];
        id.CopyTo(_row);
        resident.CopyTo(_row.AsSpan(id.Length));
        return new ResidentRow(
            _workspace.Of(_rows.Bytes(2)), (GrainKind)_rows.Int64(1), _row.AsMemory(0, id.Length), (int)_rows.Int64(0), _rows.Int64(4),
            (uint)_rows.Int64(5), _stage.Of(_rows.Bytes(6)), _row.AsMemory(id.Length, resident.Length), _rows.Int64(8));
    }

    // Neighbouring rows mostly agree: one string serves them all.
    private sealed class RepeatedText
    {
        private byte[] _utf8 = [];
        private string _text = "";

        public string Of(ReadOnlySpan<byte> utf8)
        {
            if (utf8.SequenceEqual(_utf8))
                return _text;
            _utf8 = utf8.ToArray();
            _text = Encoding.UTF8.GetString(utf8);
            return _text;
        }
    }
}
