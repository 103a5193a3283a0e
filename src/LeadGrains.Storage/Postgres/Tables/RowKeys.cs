using LeadGrains.Grains;
using LeadGrains.Storage.Postgres.Sessions;
using Npgsql;

namespace LeadGrains.Storage.Postgres.Tables;

/// <summary>The keys of some rows, as columns.</summary>
internal sealed class RowKeys(int capacity)
{
    private readonly List<short> _kinds = new(capacity);
    private readonly List<string> _workspaces = new(capacity);
    private readonly List<string> _ids = new(capacity);

    public int Count => _ids.Count;

    public void Add(in GrainKey key)
    {
        _kinds.Add((short)key.Kind);
        _workspaces.Add(PostgresText.Write(key.Workspace));
        _ids.Add(PostgresText.Write(key.Id));
    }

    /// <summary>Kinds, workspaces and ids become the command's next three parameters.</summary>
    public NpgsqlBatchCommand AddTo(NpgsqlBatchCommand command) => command.With(_kinds).With(_workspaces).With(_ids);
}
