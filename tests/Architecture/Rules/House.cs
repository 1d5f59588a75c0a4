namespace CoralMux.Architecture.Rules;

/// <summary>The rooms directly below a namespace, from the ground up: a room may use the rooms before it, and none after it.</summary>
/// <param name="Below">The namespace. A room is the next segment; "." is what is in this namespace itself.</param>
internal sealed record Order(string Below, params string[] Rooms);

/// <summary>One program: how its rooms are ordered, and which namespaces may name a profile.</summary>
/// <param name="Root">The namespace of the program.</param>
/// <param name="Orders">A namespace without an order may have rooms in any order, but no cycle of rooms.</param>
/// <param name="NamesProfiles">The composition roots: they join a profile to what is shared.</param>
/// <param name="Temporary">References that break a rule and are being removed. Each must still be needed; the list is to be empty.</param>
internal sealed record House(string Root, Order[] Orders, string[] NamesProfiles, (string From, string To)[] Temporary)
{
    public string Profiles => Root + ".Profiles";

    public static House Harness { get; } = new(
        "CoralMux.Harness",
        [
            new("CoralMux.Harness",
                "Basics", "Wire", "Messages", "Requirements", "Evidence", "Gherkin", "Verdicts", "Proof", "Spec", "Targets", "Running", "Reports", "Load",
                "Profiles", "Commands", "."),
            new("CoralMux.Harness.Load",
                "Words", "Histograms", "Report", "Profiles", "Thresholds", "Judgement", "Engine", "Running", "Capacity", "Shards", "Html", "Output", "Live",
                "Compare"),
            new("CoralMux.Harness.Profiles.Pairs", "Envelopes", "Tokens", "Worlds", "Peers", "Forecasting", "Probing", "Steps", "Load", "."),
        ],
        NamesProfiles: ["CoralMux.Harness.Profiles"],
        Temporary: []);

    public static House Relay { get; } = new(
        "CoralMux.ReferenceRelay",
        [
            new("CoralMux.ReferenceRelay",
                "Basics", "Limits", "Framing", "Options", "Transport", "Telemetry", "Storage", "Connections", "Http", "Profiles", "."),
            new("CoralMux.ReferenceRelay.Profiles.Pairs", "Messages", "Sessions", "Http", "."),
        ],
        NamesProfiles: ["CoralMux.ReferenceRelay"],
        Temporary: []);
}
