using LeadGrains.Storage.Postgres.Sessions;

namespace LeadGrains.Storage.Postgres.Leases;

/// <summary>Who has partitions for the longest.</summary>
/// <param name="Owner">As it calls itself.</param>
/// <param name="ExpiresAt">By the database's clock.</param>
/// <param name="Left">Until then.</param>
internal readonly record struct LeaseHolder(string Owner, DateTime ExpiresAt, TimeSpan Left)
{
    /// <summary>Null where nobody has any.</summary>
    public static Task<LeaseHolder?> ReadAsync(PostgresDatabase database, CancellationToken cancellationToken) => database.ReadAsync<LeaseHolder?>(
        () => PostgresCommands.Of(
            """
            SELECT owner, expires_at, expires_at - clock_timestamp() FROM leadgrains.partitions
            WHERE expires_at > clock_timestamp() ORDER BY expires_at DESC LIMIT 1
            """),
        async (rows, cancel) => await rows.ReadAsync(cancel)
            ? new LeaseHolder(PostgresText.Read(rows.GetString(0)), rows.GetDateTime(1), rows.GetFieldValue<TimeSpan>(2))
            : null,
        cancellationToken);
}
