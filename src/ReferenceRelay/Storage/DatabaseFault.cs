using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace CoralMux.ReferenceRelay.Storage;

/// <summary>What is wrong with a database and what to do about it, in half a sentence without a full stop.</summary>
internal static class DatabaseFault
{
    public const string NotOurs = "what is in it is not the relay's: give another -db, or put a backup in its place";

    public static string Describe(Exception error) => error is SqliteException sqlite ? Describe(sqlite) : WithoutStop(error.Message);

    /// <summary>Whether the same connection may do better later.</summary>
    public static bool IsPassing(SqliteException error) =>
        error.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_FULL;

    public static string WithoutStop(string message) => message.TrimEnd('.', ' ');

    private static string Describe(SqliteException error) => error.SqliteErrorCode switch
    {
        raw.SQLITE_NOTADB => "it is not an SQLite database: give another -db, or put a backup in its place",
        raw.SQLITE_CORRUPT => "it is damaged: give another -db, put a backup in its place, or save what can be saved with sqlite3's .recover",
        raw.SQLITE_FULL => "the disk is full: make room on it",
        raw.SQLITE_CANTOPEN => "it cannot be opened: check that it is a file in a folder that the relay may write",
        raw.SQLITE_READONLY or raw.SQLITE_PERM => "it may not be written: correct owner and mode of the file and of its folder",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "another program has it locked: end that program",
        raw.SQLITE_IOERR => $"the disk fails ({Said(error)}): look into the log of the system",
        _ => Said(error),
    };

    /// <summary>SQLite's own words, which are between quotes.</summary>
    private static string Said(SqliteException error)
    {
        int first = error.Message.IndexOf('\''), last = error.Message.LastIndexOf('\'');
        return first < last ? error.Message[(first + 1)..last] : WithoutStop(error.Message);
    }
}
