namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>How a message travels.</summary>
/// <param name="Fragments">In how many frames of about the same size, or <see cref="OneByteEach"/>.</param>
/// <param name="LittleOnes">Fragments of one byte before the rest, and after it.</param>
public sealed record Travel(int Fragments = 1, int LittleOnes = 0, bool IsBinary = false, bool IsCompressed = false)
{
    /// <summary>As many fragments as the message has bytes.</summary>
    public const int OneByteEach = 0;

    /// <summary>Cuts a message as it is to travel.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Cut(ReadOnlyMemory<byte> message)
    {
        if (LittleOnes > 0)
            return [.. Pieces(message[..LittleOnes], 1), message[LittleOnes..^LittleOnes], .. Pieces(message[^LittleOnes..], 1)];
        return Fragments == 1 ? [message] : Pieces(message, Fragments == OneByteEach ? 1 : (message.Length + Fragments - 1) / Fragments);
    }

    private static List<ReadOnlyMemory<byte>> Pieces(ReadOnlyMemory<byte> message, int size) =>
        [.. Enumerable.Range(0, (message.Length + size - 1) / size).Select(i => message.Slice(i * size, Math.Min(size, message.Length - (i * size))))];
}
