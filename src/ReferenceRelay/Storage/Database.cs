using CoralMux.ReferenceRelay.Basics;
using CoralMux.ReferenceRelay.Limits;
using Microsoft.Data.Sqlite;

namespace CoralMux.ReferenceRelay.Storage;

/// <summary>The SQLite file. Every statement is fixed and parameterised. Used by one thread at a time.</summary>
internal sealed class Database : IDisposable
{
    private const string Schema = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        CREATE TABLE IF NOT EXISTS tokens (
            id          BLOB    PRIMARY KEY,
            created     INTEGER NOT NULL,
            day         INTEGER NOT NULL DEFAULT 0,
            day_bytes   INTEGER NOT NULL DEFAULT 0,
            month       INTEGER NOT NULL DEFAULT 0,
            month_bytes INTEGER NOT NULL DEFAULT 0
        ) WITHOUT ROWID;
        """;

    private const string Columns = "id,created,day,day_bytes,month,month_bytes";

    private readonly string _file;
    private readonly DatabaseLock? _lock;
    private SqliteConnection? _connection;

    private Database(string file)
    {
        SQLitePCL.Batteries_V2.Init();
        _file = file;
        _lock = InMemory ? null : DatabaseLock.Take(file);
    }

    /// <summary>After a fault that does not pass by itself, or when the file was removed: <see cref="Reopen"/> must be called.</summary>
    public bool IsLost => _connection is null || (!InMemory && !File.Exists(_file));

    private bool InMemory => _file == ":memory:";

    /// <summary>Opens the file, and shows now, not at the first token, that it can be read and written.</summary>
    /// <exception cref="StartException">The file cannot be used; the message says why.</exception>
    public static (Database Database, List<(TokenId Id, Usage Usage)> Tokens) Open(string file, TimeProvider time)
    {
        var database = new Database(file);
        try
        {
            database.Reopen();
            List<(TokenId, Usage)> tokens = [.. database.ReadAll()];
            database.Write([], new Dictionary<TokenId, Usage>(), time.GetUtcNow());
            return (database, tokens);
        }
        catch (Exception error)
        {
            database.Dispose();
            var problem = error is InvalidCastException or OverflowException or ArgumentException ? DatabaseFault.NotOurs : DatabaseFault.Describe(error);
            throw new StartException($"the database {file} cannot be used: {problem}", error);
        }
    }

    public void Reopen()
    {
        Close();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _file, Pooling = false, DefaultTimeout = 2 }.ToString());
        try
        {
            // SQLite would take an empty file for a new one, and drop what is still in the log next to it.
            if (new FileInfo(_file) is { Exists: true, Length: 0 } && new FileInfo(_file + "-wal") is { Exists: true, Length: > 0 })
                throw new InvalidDataException($"it is empty, but {_file}-wal is not: give another -db, or put a backup in its place and remove that file");
            connection.Open();
            CheckIsOurs(connection);
            Run(connection, Schema);
            _connection = connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Makes the file hold these tokens and no others, whatever was in it.</summary>
    public void Restore(IReadOnlyDictionary<TokenId, Usage> tokens, DateTimeOffset now)
    {
        try
        {
            InTransaction(connection => Replace(connection, tokens, now));
        }
        catch
        {
            // It must not count as restored.
            Close();
            throw;
        }
    }

    /// <summary>All of it or nothing.</summary>
    public void Write(IReadOnlyList<StoreWrite> writes, IReadOnlyDictionary<TokenId, Usage> settled, DateTimeOffset now) => InTransaction(connection =>
    {
        using var update = UpdateCommand(connection);
        foreach (var write in writes)
        {
            switch (write)
            {
                case AddToken add:
                    using (var insert = Command(connection, "INSERT INTO tokens (id, created) VALUES ($id, $created)", "$id", "$created"))
                        Execute(insert, add.Id.ToBytes(), now.ToUnixTimeSeconds());
                    break;

                case RemoveToken remove:
                    using (var delete = Command(connection, "DELETE FROM tokens WHERE id = $id", "$id"))
                        Execute(delete, remove.Id.ToBytes());
                    break;

                case GrantLease lease:
                    Update(update, lease.Holder.Id, lease.UpTo);
                    break;
            }
        }

        foreach (var (id, used) in settled)
            Update(update, id, used);
    });

    public void Dispose()
    {
        Close();
        _lock?.Dispose();
    }

    private void Close()
    {
        _connection?.Dispose();
        _connection = null;
    }

    /// <summary>Not SqliteTransaction: a full disk makes SQLite roll back by itself, after which that class can neither roll back nor be disposed of,
    /// and its connection takes no other.</summary>
    private void InTransaction(Action<SqliteConnection> work)
    {
        var connection = _connection ?? throw new InvalidOperationException("The database is not open.");
        try
        {
            Run(connection, "BEGIN IMMEDIATE");
            work(connection);
            Run(connection, "COMMIT");
        }
        catch (SqliteException error) when (DatabaseFault.IsPassing(error))
        {
            if (!IsRolledBack(connection))
                Close();
            throw;
        }
        catch
        {
            Close();
            throw;
        }
    }

    private static bool IsRolledBack(SqliteConnection connection)
    {
        if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) != 0)
            return true;
        try
        {
            Run(connection, "ROLLBACK");
            return true;
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    private void Replace(SqliteConnection connection, IReadOnlyDictionary<TokenId, Usage> tokens, DateTimeOffset now)
    {
        List<TokenId> strange = [.. ReadAll().Select(token => token.Id).Where(id => !tokens.ContainsKey(id))];
        using var delete = Command(connection, "DELETE FROM tokens WHERE id = $id", "$id");
        foreach (var id in strange)
            Execute(delete, id.ToBytes());
        using var insert = Command(connection, "INSERT OR IGNORE INTO tokens (id, created) VALUES ($id, $created)", "$id", "$created");
        using var update = UpdateCommand(connection);
        foreach (var (id, usage) in tokens)
        {
            Execute(insert, id.ToBytes(), now.ToUnixTimeSeconds());
            Update(update, id, usage);
        }
    }

    /// <summary>Before anything is written: a database with other things in it was meant for another program.</summary>
    private static void CheckIsOurs(SqliteConnection connection)
    {
        var names = new List<string>();
        using var command = Command(connection, "SELECT name FROM sqlite_master");
        using (var tables = command.ExecuteReader())
        {
            while (tables.Read())
                names.Add(tables.GetString(0));
        }

        if (names.Count == 0)
            return;

        using var shape = Command(connection, "SELECT coalesce(group_concat(name), '') FROM pragma_table_info('tokens')");
        if (shape.ExecuteScalar() as string != Columns)
            throw new InvalidDataException(DatabaseFault.NotOurs);
    }

    private IEnumerable<(TokenId Id, Usage Usage)> ReadAll()
    {
        using var command = Command(_connection!, "SELECT id, day, day_bytes, month, month_bytes FROM tokens");
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            yield return (
                TokenId.FromBytes((byte[])reader[0]),
                new Usage(reader.GetInt32(1), reader.GetInt64(2), reader.GetInt32(3), reader.GetInt64(4)));
        }
    }

    private static SqliteCommand UpdateCommand(SqliteConnection connection) => Command(
        connection, "UPDATE tokens SET day = $day, day_bytes = $dayBytes, month = $month, month_bytes = $monthBytes WHERE id = $id",
        "$id", "$day", "$dayBytes", "$month", "$monthBytes");

    private static void Update(SqliteCommand update, TokenId id, Usage usage) =>
        Execute(update, id.ToBytes(), usage.Day, usage.DayBytes, usage.Month, usage.MonthBytes);

    private static void Run(SqliteConnection connection, string text)
    {
        using var command = Command(connection, text);
        command.ExecuteNonQuery();
    }

    private static SqliteCommand Command(SqliteConnection connection, string text, params ReadOnlySpan<string> parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // every caller passes a constant
        command.CommandText = text;
#pragma warning restore CA2100
        foreach (var name in parameters)
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        return command;
    }

    private static void Execute(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
        command.ExecuteNonQuery();
    }
}
