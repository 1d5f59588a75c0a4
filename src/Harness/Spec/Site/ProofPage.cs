using System.Text;
using CoralMux.Harness.Proof;
using CoralMux.Harness.Requirements;

namespace CoralMux.Harness.Spec.Site;

/// <summary>The kill matrix: what the suite tells apart, and what it leaves in peace.</summary>
internal static class ProofPage
{
    public static string Render(SiteMap map, KillMatrixFile file)
    {
        var killed = file.Mutants.Count(mutant => mutant.Fate == "killed");
        var html = new StringBuilder("<h1>Proof</h1>");
        html.Append($"<p>Each mutant is a relay with one fault. {killed} of {file.Mutants.Count} are caught by the scenario meant for them and for the reason meant. Against {Html.Count(file.Variants.Count, "relay")} that conform and differ the suite has no complaint.</p>");
        html.Append("<h2>Relays with a fault</h2><div class=\"table\" tabindex=\"0\"><table><thead><tr><th>Requirement</th><th>What it does</th><th>Fate</th><th>Scenario</th></tr></thead><tbody>");
        foreach (var mutant in file.Mutants)
            html.Append($"<tr><td>{(map.LinkTo(mutant.Requirement) is { } link ? Html.Link(link, mutant.Requirement, "id") : Html.Text(mutant.Requirement))}</td><td>{Html.Text(mutant.Does)}</td><td>{Html.Text(mutant.Fate)}</td><td>{Html.Text(mutant.Scenario)}</td></tr>");
        html.Append("</tbody></table></div><h2>Relays that differ and conform</h2><div class=\"table\" tabindex=\"0\"><table><thead><tr><th>Where it may</th><th>What it does</th></tr></thead><tbody>");
        foreach (var variant in file.Variants)
            html.Append($"<tr><td>{(map.LinkTo(variant.Permission) is { } link ? Html.Link(link, variant.Permission, "id") : Html.Text(variant.Permission))}</td><td>{Html.Text(variant.Does)}</td></tr>");
        html.Append("</tbody></table></div>");
        return SitePage.Wrap(map, SiteMap.Proof, "Proof", html.ToString());
    }
}
