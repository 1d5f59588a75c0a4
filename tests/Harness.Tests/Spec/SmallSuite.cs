using CoralMux.Harness.Spec;

namespace CoralMux.Harness.Tests.Spec;

/// <summary>The small specification as a checkout on disk, gone with the test.</summary>
internal sealed class SmallSuite : IDisposable
{
    public SmallSuite(SmallSpec spec)
    {
        Root = Directory.CreateTempSubdirectory("coralmux-").FullName;
        Directory.CreateDirectory(At("spec"));
        Directory.CreateDirectory(At("features"));
        Directory.CreateDirectory(At("schemas"));
        File.WriteAllText(At("spec", SmallSpec.ChapterFile), spec.Chapter);
        File.WriteAllText(At("spec", "untestable.md"), spec.Untestable);
        File.WriteAllText(At("spec", "pending.md"), spec.Pending);
        File.WriteAllText(At("features", "pairing.feature"), spec.Feature);
        if (spec.Lock is not null)
            File.WriteAllText(At("spec", RequirementLock.FileName), spec.Lock);
    }

    public string Root { get; }

    public string At(params string[] parts) => Path.Combine([Root, .. parts]);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
