using CoralMux.Harness.Requirements;

namespace CoralMux.Harness.Spec.Site;

/// <summary>The parts of a requirement that several pages show.</summary>
internal static class RequirementHtml
{
    public static string Level(Requirement requirement) =>
        $"<span class=\"level {requirement.Level.ToString().ToLowerInvariant()}\">{requirement.LevelWord}</span>";

    public static string Feature(string? feature) => feature is null
        ? ""
        : $" <span class=\"feature\" title=\"Binds only relays that offer this feature\">{Html.Text(feature)}</span>";

    /// <summary>An id as a link to its statement, or as text if the specification does not have it.</summary>
    public static string IdOf(SiteMap map, string id) => map.LinkTo(id) is { } link ? Html.Link(link, id, "id") : Html.Text(id);

    /// <summary>Its scenarios as links, or why it has none.</summary>
    public static string Trace(SiteMap map, string id)
    {
        var scenarios = map.Sources.ScenariosOf(id).ToList();
        var links = string.Join("", scenarios.Select(scenario => $"<li>{Html.Link(SiteMap.LinkTo(scenario), scenario.Name)}</li>"));
        return map.Sources.StandingOf(id) switch
        {
            Standing.Covered when scenarios.Count == 1 =>
                $"<span class=\"trace\">Scenario: {Html.Link(SiteMap.LinkTo(scenarios[0]), scenarios[0].Name)}</span>",
            Standing.Covered => $"<details class=\"trace\"><summary>{scenarios.Count} scenarios</summary><ul>{links}</ul></details>",
            Standing.Untestable => $"<span class=\"trace\">Not tested: {Html.Text(map.Sources.ReasonOf(id))}</span>",
            Standing.Pending => "<span class=\"trace pending\">Scenario to come</span>",
            _ => "<span class=\"trace open\">No scenario</span>",
        };
    }

    /// <summary>Text in which every known id is a link.</summary>
    public static string WithLinks(SiteMap map, string text)
    {
        var html = Html.Text(text);
        foreach (var id in RequirementId.FindAll(text).Distinct())
        {
            if (map.LinkTo(id) is { } link)
                html = html.Replace(id, $"<a class=\"ref\" href=\"{link}\">{id}</a>", StringComparison.Ordinal);
        }

        return html;
    }
}
