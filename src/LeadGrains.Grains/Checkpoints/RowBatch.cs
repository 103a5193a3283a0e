using LeadGrains.Grains.Accounts;
using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Checkpoints;

/// <summary>Rows of one partition and one write: made by the loop, then left alone until the write has ended. Its memory is used again.</summary>
internal sealed class RowBatch(NodeContext node)
{
    // The more there are, the more of them lie on a page that is written once for all.
    private const int WorthAWrite = 2_048;

    // Where a write takes longer than the next rows.
    private const int MostRows = 8_192;

    // Bytes, but for the last row: rows wait in memory until they are written.
    private const long MostBytes = 16 << 20;

    private readonly RowBuilder _builder = new(node);
    private readonly List<GrainRow> _rows = [];
    private readonly List<Grain> _grains = [];
    private Partition? _partition;
    private long _bytes;

    public IReadOnlyList<GrainRow> Rows => _rows;

    public int Count => _rows.Count;

    public bool IsWorthAWrite => _rows.Count >= WorthAWrite || IsFull;

    /// <summary>No more rows go in.</summary>
    public bool IsFull => _rows.Count >= MostRows || _bytes >= MostBytes;

    /// <summary>The grain as it is now. Until the end of the write it stays in memory.</summary>
    public void Add(Partition partition, Grain grain, Instant now)
    {
        var row = _builder.Build(partition, grain, now);
        _partition = partition;
        _rows.Add(row);
        _grains.Add(grain);
        _bytes += row.State.Length + row.Resident.Length + ((long)row.Summary.TraitsJson.Length * sizeof(char));
        grain.IsDirty = false;
        grain.IsBeingWritten = true;
    }

    /// <summary>The rows have been written.</summary>
    /// <returns>How many there were.</returns>
    public int End()
    {
        var count = _rows.Count;
        for (var i = 0; i < count; i++)
        {
            _grains[i].RowPlace = _rows[i].Place;
            if (_grains[i] is ContactGrain contact)
                _partition!.Contacts.EndWrite(contact);
            else
                _partition!.Accounts.EndWrite((AccountGrain)_grains[i]);
        }

        _rows.Clear();
        _grains.Clear();
        _bytes = 0;
        _builder.Reuse();
        return count;
    }
}
