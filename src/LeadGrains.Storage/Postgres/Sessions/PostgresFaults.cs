using LeadGrains.Grains.Storage;
using Npgsql;

namespace LeadGrains.Storage.Postgres.Sessions;

/// <summary>What PostgreSQL's errors mean.</summary>
internal static class PostgresFaults
{
    private const string StaleEpoch = "LG001";

    /// <summary>The writer's ownership has ended.</summary>
    public static bool IsStale(NpgsqlException fault) => fault is PostgresException { SqlState: StaleEpoch };

    /// <summary>The same in the words of the seams.</summary>
    public static StaleEpochException Stale(NpgsqlException fault) => new(((PostgresException)fault).MessageText, fault);

    /// <summary>
    /// It passes by itself: the connection or the server was lost, or two transactions stood in each other's way. What
    /// became of the statement nobody knows.
    /// </summary>
    public static bool IsPassing(NpgsqlException fault) => fault switch
    {
        PostgresException known => known.IsTransient || known.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
            or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled,
        _ => true,
    };

    /// <summary>Why the database cannot be opened, and what to do.</summary>
    public static StoreUnusableException Unusable(Exception fault, string database)
    {
        var advice = fault is PostgresException known ? Advice(known.SqlState) : "Start the server, or correct Host and Port.";
        var said = fault is PostgresException { MessageText: var text } ? text : fault.InnerException?.Message ?? fault.Message;
        return new StoreUnusableException($"{database} cannot be used: {said.TrimEnd('.')}. {advice}", fault);
    }

    private static string Advice(string state) => state switch
    {
        PostgresErrorCodes.InvalidCatalogName => "Make the database with createdb, or correct Database.",
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            "Correct Username and Password; the password may also stand in the environment variable PGPASSWORD.",
        PostgresErrorCodes.InsufficientPrivilege =>
            "The first start needs the right to create a schema (GRANT CREATE ON DATABASE ... TO ...), later ones need to own the schema leadgrains.",
        PostgresErrorCodes.TooManyConnections => "Raise max_connections of the server, or give a smaller Maximum Pool Size.",
        PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown => "Try again once it has started.",
        _ => "See the server's log.",
    };
}
