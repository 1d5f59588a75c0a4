using CoralMux.Harness.Basics;
using CoralMux.Harness.Spec;

namespace CoralMux.Harness.Tests.Spec;

/// <summary>The small specification as a checkout on disk, gone with the test.</summary>
internal sealed class SmallSuite : IDisposable
{
    public SmallSuite(SmallSpec spec)
    {
        Root = Directory.CreateTempSubdirectory("coralmux-").FullName;
        Directory.CreateDirectory(At("spec", Suite.DefaultProfile));
        Directory.CreateDirectory(At("features", Suite.DefaultProfile));
        File.WriteAllText(At("spec", Suite.DefaultProfile, SmallSpec.ChapterFile), spec.Chapter);
        File.WriteAllText(At("spec", Suite.DefaultProfile, "untestable.md"), spec.Untestable);
        File.WriteAllText(At("spec", Suite.DefaultProfile, "pending.md"), spec.Pending);
        File.WriteAllText(At("features", Suite.DefaultProfile, "pairing.feature"), spec.Feature);
        if (spec.Lock is not null)
            File.WriteAllText(At("spec", Suite.DefaultProfile, RequirementLock.FileName), spec.Lock);
    }

    public string Root { get; }

    public string At(params string[] parts) => Path.Combine([Root, .. parts]);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
