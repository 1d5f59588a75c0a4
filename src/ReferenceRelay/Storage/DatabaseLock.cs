using CoralMux.ReferenceRelay.Basics;

namespace CoralMux.ReferenceRelay.Storage;

/// <summary>Keeps a second relay away from the same file: both would believe their own memory. A lock of the operating system on a file of its own,
/// so that it ends with the process however that ends, and programs that only read are not kept out.</summary>
internal sealed class DatabaseLock : IDisposable
{
    private const int WouldBlockLinux = 11, WouldBlockMac = 35;

    private readonly FileStream _held;

    private DatabaseLock(FileStream held) => _held = held;

    /// <exception cref="StartException">Another relay has it, or the file cannot be created.</exception>
    public static DatabaseLock Take(string database)
    {
        var file = FileOf(database);
        try
        {
            return new DatabaseLock(new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException error) when (error.HResult is WouldBlockLinux or WouldBlockMac)
        {
            throw new StartException(
                $"the database {database} cannot be used: another relay uses it (and holds {file}): stop that one, or give this one another -db", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                $"the database {database} cannot be used: {file} cannot be written ({DatabaseFault.WithoutStop(error.Message)}): "
                + "check that the folder exists, has room, and may be written by the relay", error);
        }
    }

    public void Dispose() => _held.Dispose();

    /// <summary>Next to the real file, whatever links lead there.</summary>
    private static string FileOf(string database)
    {
        FileSystemInfo? target = null;
        try
        {
            target = File.ResolveLinkTarget(database, returnFinalTarget: true);
        }
        catch (IOException)
        {
            // There is no such file yet.
        }

        return (target?.FullName ?? database) + ".lock";
    }
}
