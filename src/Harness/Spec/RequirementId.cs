using System.Text.RegularExpressions;

namespace CoralMux.Harness.Spec;

/// <summary>The form of a requirement's id: area, hyphen, at least two digits.</summary>
public static partial class RequirementId
{
    public static bool IsMatch(string text) => Form().IsMatch(text);

    [GeneratedRegex("^[A-Z]{2,5}-[0-9]{2,3}$")]
    private static partial Regex Form();
}
