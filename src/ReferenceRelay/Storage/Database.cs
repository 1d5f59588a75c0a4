using CoralMux.ReferenceRelay.Limits;
using CoralMux.ReferenceRelay.Protocol;
using Microsoft.Data.Sqlite;

namespace CoralMux.ReferenceRelay.Storage;

/// <summary>The SQLite file. Every statement is fixed and parameterised. Used by one thread at a time.</summary>
internal sealed class Database : IDisposable
{
    private const string Schema = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        PRAGMA busy_timeout = 1000;
        CREATE TABLE IF NOT EXISTS tokens (
            id          BLOB    PRIMARY KEY,
            created     INTEGER NOT NULL,
            day         INTEGER NOT NULL DEFAULT 0,
            day_bytes   INTEGER NOT NULL DEFAULT 0,
            month       INTEGER NOT NULL DEFAULT 0,
            month_bytes INTEGER NOT NULL DEFAULT 0
        ) WITHOUT ROWID;
        """;

    private readonly SqliteConnection _connection;

    private Database(SqliteConnection connection) => _connection = connection;

    /// <exception cref="StoreException">The file cannot be used; the message says why.</exception>
    public static Database Open(string file, TimeProvider time)
    {
        SQLitePCL.Batteries_V2.Init();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false, DefaultTimeout = 2 }.ToString());
        try
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = Schema;
            command.ExecuteNonQuery();
            var database = new Database(connection);
            // Shows now, not at the first token, that the file can be written.
            database.Write([], new Dictionary<TokenId, Usage>(), time.GetUtcNow());
            return database;
        }
        catch (SqliteException error)
        {
            connection.Dispose();
            throw new StoreException($"the database {file} cannot be used: {error.Message}", error);
        }
    }

    public IEnumerable<(TokenId Id, Usage Usage)> ReadAll()
    {
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = "SELECT id, day, day_bytes, month, month_bytes FROM tokens";
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            yield return (
                TokenId.FromBytes((byte[])reader[0]),
                new Usage(reader.GetInt32(1), reader.GetInt64(2), reader.GetInt32(3), reader.GetInt64(4)));
        }
    }

    /// <summary>All of it or nothing.</summary>
    public void Write(IReadOnlyList<StoreWrite> writes, IReadOnlyDictionary<TokenId, Usage> settled, DateTimeOffset now)
    {
        using SqliteTransaction transaction = _connection.BeginTransaction(deferred: false);
        using SqliteCommand update = Command(transaction, "UPDATE tokens SET day = $day, day_bytes = $dayBytes, month = $month, month_bytes = $monthBytes WHERE id = $id", "$id", "$day", "$dayBytes", "$month", "$monthBytes");
        foreach (StoreWrite write in writes)
        {
            switch (write)
            {
                case AddToken add:
                    using (SqliteCommand insert = Command(transaction, "INSERT INTO tokens (id, created) VALUES ($id, $created)", "$id", "$created"))
                        Execute(insert, add.Id.ToBytes(), now.ToUnixTimeSeconds());
                    break;

                case RemoveToken remove:
                    using (SqliteCommand delete = Command(transaction, "DELETE FROM tokens WHERE id = $id", "$id"))
                        Execute(delete, remove.Id.ToBytes());
                    break;

                case GrantLease lease:
                    Update(update, lease.Session.Id, lease.UpTo);
                    break;
            }
        }

        foreach ((TokenId id, Usage used) in settled)
            Update(update, id, used);
        transaction.Commit();
    }

    public void Dispose() => _connection.Dispose();

    private static void Update(SqliteCommand update, TokenId id, Usage usage) =>
        Execute(update, id.ToBytes(), usage.Day, usage.DayBytes, usage.Month, usage.MonthBytes);

    private static SqliteCommand Command(SqliteTransaction transaction, string text, params ReadOnlySpan<string> parameters)
    {
        SqliteCommand command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // every caller passes a constant
        command.CommandText = text;
#pragma warning restore CA2100
        foreach (string name in parameters)
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        return command;
    }

    private static void Execute(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (int i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
        command.ExecuteNonQuery();
    }
}
