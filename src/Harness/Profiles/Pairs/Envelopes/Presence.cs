namespace CoralMux.Harness.Profiles.Pairs.Envelopes;

/// <summary>Whether a peer is there, as a <c>status</c> envelope says it.</summary>
public enum Presence { Online, Offline }
