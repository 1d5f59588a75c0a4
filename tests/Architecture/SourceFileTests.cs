using CoralMux.Architecture.Reading;

namespace CoralMux.Architecture;

/// <summary>What no analyzer of the build holds: the length of source files.</summary>
public sealed class SourceFileTests
{
    private const int MostLines = 300;

    private static readonly string[] Folders = ["src", "tests", "bench"];

    [Fact]
    public void SourceFiles_NoneIsLongerThan300Lines()
    {
        var files = SourceFiles().ToList();
        var tooLong = files.Select(file => (File: file, Lines: File.ReadLines(Path.Combine(Built.Repository, file)).Count()))
            .Where(file => file.Lines > MostLines);

        Assert.NotEmpty(files);
        Assert.Empty(tooLong);
    }

    // bin and obj are nobody's source; a folder whose name starts with a dot is a tool's.
    private static IEnumerable<string> SourceFiles() => Folders
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Built.Repository, folder), "*.cs", SearchOption.AllDirectories))
        .Select(file => Path.GetRelativePath(Built.Repository, file).Replace('\\', '/'))
        .Where(file => !file.Split('/').Any(part => part is "bin" or "obj" || part.StartsWith('.')));
}
