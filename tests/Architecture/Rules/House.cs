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
            new("CoralMux.Harness.Profiles.Pairs", "Envelopes", "Worlds", "Tokens", "Probing", "Steps", "."),
        ],
        ["CoralMux.Harness.Profiles"],
        [
            ("CoralMux.Harness.Load", "CoralMux.Harness.Load"),
            ("CoralMux.Harness.Load", "CoralMux.Harness.Profiles.Pairs"),
            ("CoralMux.Harness.Commands", "CoralMux.Harness.Profiles.Pairs"),
            ("CoralMux.Harness.Reports", "CoralMux.Harness.Reports"),
            ("CoralMux.Harness.Reports.TranscriptCheck", "CoralMux.Harness.Profiles.Pairs"),
            ("CoralMux.Harness.Profiles.Pairs.Worlds", "CoralMux.Harness.Profiles.Pairs.PairsRun"),
            ("CoralMux.Harness.Profiles.Pairs.Worlds", "CoralMux.Harness.Profiles.Pairs.Tokens"),
            ("CoralMux.Harness.Profiles.Pairs.Tokens", "CoralMux.Harness.Profiles.Pairs.PairsRun"),
            ("CoralMux.Harness.Profiles.Pairs.Tokens", "CoralMux.Harness.Profiles.Pairs.Probing"),
            ("CoralMux.Harness.Profiles.Pairs.Probing", "CoralMux.Harness.Profiles.Pairs.PairsRun"),
        ]);

    public static House Relay { get; } = new(
        "CoralMux.ReferenceRelay",
        [
            new("CoralMux.ReferenceRelay", "Options", "Limits", "Protocol", "Transport", "Telemetry", "Storage", "Sessions", "Http", "."),
        ],
        ["CoralMux.ReferenceRelay"],
        [
            ("CoralMux.ReferenceRelay.Options", "CoralMux.ReferenceRelay.Protocol.Role"),
            ("CoralMux.ReferenceRelay.Telemetry", "CoralMux.ReferenceRelay.Sessions"),
            ("CoralMux.ReferenceRelay.Telemetry", "CoralMux.ReferenceRelay.Storage"),
            ("CoralMux.ReferenceRelay.Storage", "CoralMux.ReferenceRelay.Sessions"),
            ("CoralMux.ReferenceRelay.Storage", "CoralMux.ReferenceRelay.StartException"),
            ("CoralMux.ReferenceRelay.Transport", "CoralMux.ReferenceRelay.StartException"),
        ]);
}
