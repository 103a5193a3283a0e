using Npgsql;
using NpgsqlTypes;

namespace LeadGrains.Storage.Postgres.Sessions;

/// <summary>Writes commands with positional parameters in one expression.</summary>
internal static class PostgresCommands
{
    public static NpgsqlBatchCommand Of(string sql) => new(sql);

    public static NpgsqlBatchCommand With<T>(this NpgsqlBatchCommand command, T value)
    {
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return command;
    }

    public static NpgsqlBatchCommand WithBytes(this NpgsqlBatchCommand command, ReadOnlyMemory<byte> value)
    {
        command.Parameters.Add(new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Bytea });
        return command;
    }

    public static NpgsqlBatchCommand WithBytes(this NpgsqlBatchCommand command, ReadOnlyMemory<byte>[] values)
    {
        command.Parameters.Add(BytesOf(values));
        return command;
    }

    public static NpgsqlParameter<ReadOnlyMemory<byte>[]> BytesOf(ReadOnlyMemory<byte>[] values) =>
        new() { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea };
}
