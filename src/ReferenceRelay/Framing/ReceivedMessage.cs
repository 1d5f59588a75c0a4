namespace CoralMux.ReferenceRelay.Framing;

/// <summary>A whole message, in the memory of its reader. Valid until the reader goes on.</summary>
/// <param name="bytes">The message, unmasked.</param>
/// <param name="buffer">The pooled array that holds nothing else, when there is one: the message begins at <see cref="MessageAssembler.HeadRoom"/>.
/// It is counted in the memory budget, and may be taken over: the one who handles the message then says so.</param>
/// <param name="isText">False for a binary message, which is treated alike (TRN-09, TRN-30).</param>
internal readonly ref struct ReceivedMessage(ReadOnlySpan<byte> bytes, byte[]? buffer, bool isText)
{
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    public byte[]? Buffer { get; } = buffer;

    public bool IsText { get; } = isText;
}
