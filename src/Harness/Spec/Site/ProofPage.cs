using System.Text;
using CoralMux.Harness.Proof;

namespace CoralMux.Harness.Spec.Site;

/// <summary>The kill matrix: the faults that the suite detects, and the variants that it accepts.</summary>
internal static class ProofPage
{
    public static string Render(SiteMap map, KillMatrixFile file)
    {
        var killed = file.Mutants.Count(mutant => mutant.Fate == "killed");
        var html = new StringBuilder("<h1>Proof</h1>");
        html.Append($"<p>Each mutant is a relay with one fault. {killed} of {file.Mutants.Count} are caught by the intended scenario " +
            $"and for the intended reason. The suite accepts {Html.Count(file.Variants.Count, "relay")} that differ and conform.</p>");
        html.Append("<h2>Relays with a fault</h2>").Append(Html.Table("", "Requirement", "What it does", "Fate", "Scenario"));
        foreach (var mutant in file.Mutants)
            html.Append($"<tr><td>{RequirementHtml.IdOf(map, mutant.Requirement)}</td><td>{Html.Text(mutant.Does)}</td>")
                .Append($"<td>{Html.Text(mutant.Fate)}</td><td>{Html.Text(mutant.Scenario)}</td></tr>");
        html.Append("</tbody></table></div><h2>Relays that differ and conform</h2>").Append(Html.Table("", "Where it may", "What it does"));
        foreach (var variant in file.Variants)
            html.Append($"<tr><td>{RequirementHtml.IdOf(map, variant.Permission)}</td><td>{Html.Text(variant.Does)}</td></tr>");
        html.Append("</tbody></table></div>");
        return SitePage.Wrap(map, SiteMap.Proof, "Proof", html.ToString());
    }
}
