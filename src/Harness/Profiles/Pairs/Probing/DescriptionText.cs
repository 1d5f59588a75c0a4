using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CoralMux.Harness.Running;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Profiles.Pairs.Probing;

/// <summary>A probe's target description as a file: what was found, and in <c>x-probe</c> what was not.</summary>
internal static class DescriptionText
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Without admin key, tokens and headers: secrets do not belong in a file that is kept.</summary>
    public static string Of(Findings findings)
    {
        var description = findings.Description;
        var file = new JsonObject();
        void Set(string key, string? value)
        {
            if (value is not null)
                file[key] = value;
        }

        Set("name", description.Name);
        Set("version", description.Version);
        Set("profile", description.Profile);
        Set("url", description.Url);
        Set("adminUrl", description.AdminUrl);
        Set("metricsUrl", description.MetricsUrl);
        if (description.Roles != new TargetRoles())
            file["roles"] = new JsonObject { ["phone"] = description.Roles.Phone, ["agent"] = description.Roles.Agent };
        file["features"] = new JsonArray([.. description.Features.Select(feature => (JsonNode)feature)]);
        file["limits"] = JsonSerializer.SerializeToNode(description.Limits, JsonSerializerOptions.Web);
        file["x-probe"] = new JsonObject
        {
            ["found"] = Section(findings.All.Where(finding => finding.Value is not null), finding => $"{finding.Value}: {finding.Evidence}"),
            ["notFound"] = Section(findings.All.Where(finding => finding.Value is null), finding => finding.Evidence),
        };
        return file.ToJsonString(Indented) + "\n";
    }

    private static JsonObject Section(IEnumerable<ProbeFinding> findings, Func<ProbeFinding, string> say) =>
        new(findings.Select(finding => KeyValuePair.Create(finding.Key, (JsonNode?)say(finding))));
}
