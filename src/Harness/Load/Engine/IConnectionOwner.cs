namespace CoralMux.Harness.Load.Engine;

/// <summary>The owner of a connection: says when it may send, and takes what arrives. Called by the connection's pump and its reader.</summary>
internal interface IConnectionOwner
{
    /// <summary>The messages of the outbound lane may be sent.</summary>
    bool MaySend { get; }

    /// <summary>The reader takes only a little at a time, and then pauses.</summary>
    bool ReadsSlowly { get; }

    /// <summary>A whole message.</summary>
    void Receive(LoadConnection connection, ReadOnlySpan<byte> message);

    /// <summary>Whether a message of this run begins like this, and which one; <see cref="MessageContent.LongestHead"/> bytes are enough.</summary>
    bool Expect(ReadOnlySpan<byte> start, out long number, out Entry entry);

    /// <summary>An expected message is whole.</summary>
    /// <param name="matches">It has the bytes that were sent.</param>
    /// <param name="message">Empty where it was compared while it came in.</param>
    void Arrived(long number, in Entry entry, bool matches, ReadOnlySpan<byte> message);

    /// <summary>A batch has been read: the messages that it set free are sent together.</summary>
    void Flush();

    void Ended(LoadConnection connection);
}
