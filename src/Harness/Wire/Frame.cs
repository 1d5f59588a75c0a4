namespace CoralMux.Harness.Wire;

/// <summary>One WebSocket frame as it stood on the wire (RFC 6455 §5.2), unmasked.</summary>
/// <param name="Rsv">The three reserved bits, RSV1 as 4, RSV2 as 2, RSV3 as 1.</param>
/// <param name="Payload">
/// From a <see cref="FrameReader"/>: valid until its next read, unless it is larger than <see cref="FrameReader.LargestBuffered"/>.
/// </param>
public readonly record struct Frame(bool Fin, int Rsv, Opcode Opcode, bool Masked, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The number of its transcript entry, or null where it has none.</summary>
    public int? Entry { get; init; }

    public bool IsControl => ((byte)Opcode & 0x8) != 0;
}
