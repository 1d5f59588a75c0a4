using System.Security.Cryptography;

namespace CoralMux.Harness.Profiles.Pairs.Envelopes;

/// <summary>An envelope as the harness sends it (chapter Envelope of the specification).</summary>
/// <param name="Id">UUID v4 in its usual spelling.</param>
/// <param name="Bytes">The whole WebSocket message, UTF-8.</param>
public sealed record Envelope(string Type, string Id, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>SHA-256 of the whole message, upper-case hex.</summary>
    public string Hash => Convert.ToHexString(SHA256.HashData(Bytes.Span));
}
