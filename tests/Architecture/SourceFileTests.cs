using CoralMux.Architecture.Reading;

namespace CoralMux.Architecture;

/// <summary>What no analyzer of the build holds: the length of source files.</summary>
public sealed class SourceFileTests
{
    private const int MostLines = 300;

    private static readonly string[] Folders = ["src", "tests", "bench"];

    /// <summary>Files that are being split. Each must still be too long; the list is to be empty.</summary>
    private static readonly string[] Temporary = ["src/Harness/Profiles/Pairs/Worlds/Peer.cs"];

    [Fact]
    public void SourceFiles_NoneIsLongerThan300Lines()
    {
        var files = SourceFiles().ToList();
        var tooLong = files.Select(file => (File: file, Lines: File.ReadLines(Path.Combine(Built.Repository, file)).Count()))
            .Where(file => file.Lines > MostLines).ToList();

        Assert.NotEmpty(files);
        Assert.True(
            tooLong.Select(file => file.File).Order().SequenceEqual(Temporary.Order()),
            $"Files above {MostLines} lines, other than those listed here as being split:\n{string.Join('\n', tooLong)}");
    }

    // bin and obj are nobody's source; a folder whose name starts with a dot is a tool's.
    private static IEnumerable<string> SourceFiles() => Folders
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Built.Repository, folder), "*.cs", SearchOption.AllDirectories))
        .Select(file => Path.GetRelativePath(Built.Repository, file).Replace('\\', '/'))
        .Where(file => !file.Split('/').Any(part => part is "bin" or "obj" || part.StartsWith('.')));
}
