using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Commits;
using LeadGrains.Storage.Postgres.Sessions;
using Npgsql;

namespace LeadGrains.Storage.Postgres.Journals;

/// <summary>
/// Writes the blocks of one commit in one transaction and one round trip: the ends of the partitions' journals are moved,
/// which is refused where the epoch or the end is another one, and the rows inserted. Where a fault leaves open whether that
/// was committed, it looks for the rows. Used by the committer's thread, which keeps its connection and its command from one
/// commit to the next: to take and to make them anew costs that thread as much again as all the rest.
/// </summary>
internal sealed class PostgresAppender(PostgresDatabase database, long[] ends, TimeProvider clock) : ICommitWriter, IDisposable
{
    private const string EndHasMoved = "LG002";

    // Far below the patience, so that a connection that has gone silent is given up and the rows are looked for by another.
    private const int SecondsForAnAttempt = 10;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    private readonly CommitColumns _columns = new();
    private NpgsqlConnection? _connection;
    private NpgsqlBatch? _batch;
    private bool _isOpen;

    /// <inheritdoc/>
    public long LastCommit { get; private set; }

    /// <summary>Somebody else has written the partition; nothing of it is handed over meanwhile.</summary>
    public void MoveTo(int partition, long last) => Volatile.Write(ref ends[partition], last);

    /// <inheritdoc/>
    public long LengthOf(int blocks, long bytes) => bytes;

    /// <inheritdoc/>
    public void Commit(List<JournalAppend> appends, int length)
    {
        _columns.Fill(appends, ends);
        var began = clock.GetTimestamp();
        for (var pause = FirstPause; !TryCommit(began); pause = PostgresDatabase.Longer(pause))
            Thread.Sleep(pause);
        for (var i = 0; i < _columns.Partitions.Count; i++)
            ends[_columns.Partitions[i]] = _columns.Lasts[i];
        LastCommit++;
    }

    /// <summary>Once the committer's thread has ended.</summary>
    public void Dispose()
    {
        // Another batch may hold the command.
        _batch?.BatchCommands.Clear();
        _batch?.Dispose();
        _batch = null;
        _connection?.Dispose();
        _connection = null;
    }

    // False where it is to be tried again.
    private bool TryCommit(long began)
    {
        try
        {
            if (TryCommit())
                return true;
            Dispose();
            return false;
        }
        catch (NpgsqlException e)
        {
            // Whatever it was, the session may be another one, or none, from here on.
            Dispose();
            if (PostgresFaults.IsStale(e))
                throw PostgresFaults.Stale(e);
            if (PostgresFaults.IsPassing(e) && !database.IsGivenUp && clock.GetElapsedTime(began) < PostgresDatabase.Patience)
                return false;
            throw;
        }
    }

    private bool TryCommit()
    {
        _connection ??= database.Open();
        if (_isOpen && IsCommitted(_connection))
        {
            _isOpen = false;
            return true;
        }

        var append = _columns.Append();
        _batch ??= new NpgsqlBatch(_connection) { BatchCommands = { append }, Timeout = SecondsForAnAttempt };
        var wasOpen = _isOpen;
        _isOpen = true;
        try
        {
            _batch.ExecuteNonQuery();
            _isOpen = false;
            return true;
        }
        catch (PostgresException e) when (e.SqlState == EndHasMoved && wasOpen)
        {
            // By the attempt before, whose session had outlived its connection. The next look finds its rows.
            return false;
        }
    }

    // Sequences of an epoch are given once, so that these rows are of this commit.
    private bool IsCommitted(NpgsqlConnection connection)
    {
        using var batch = new NpgsqlBatch(connection) { BatchCommands = { _columns.Look() } };
        var found = (long)batch.ExecuteScalar()!;
        return found == _columns.RowCount || (found == 0
            ? false
            : throw new JournalDamagedException($"{database.Name} has {found} of {_columns.RowCount} rows of one commit."));
    }
}
