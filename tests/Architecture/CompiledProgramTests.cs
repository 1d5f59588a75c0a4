using CoralMux.Architecture.Reading;

namespace CoralMux.Architecture;

/// <summary>A reference is found wherever code can hold one, and is named as the source names it.</summary>
public sealed class CompiledProgramTests
{
    private static readonly CompiledProgram Own = CompiledProgram.Read(typeof(CompiledProgramTests).Assembly.Location);

    [Theory]
    [InlineData("its interfaces", "IUsed")]
    [InlineData("Attribute", "UsedAttribute")]
    [InlineData("Constraint", "IUsed")]
    [InlineData("Field", "Used")]
    [InlineData("Body", "Used")]
    [InlineData("Parameter", "Used")]
    [InlineData("Argument", "Used")]
    [InlineData("Lambda", "Used")]
    [InlineData("Asynchronous", "Used")]
    [InlineData("Handler", "Used")]
    public void References_OfTheSample_HoldEveryUse(string member, string used) =>
        Assert.Contains($"CoralMux.Architecture.Reading.Sample.{member} uses CoralMux.Architecture.Reading.{used}",
            Own.References.Select(reference => reference.ToString()));

    [Fact]
    public void References_WithinOneType_AreNone() => Assert.DoesNotContain(Own.References, reference => reference.From == reference.To);
}
