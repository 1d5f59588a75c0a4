namespace CoralMux.ReferenceRelay.Connections;

/// <summary>The result of handling a message.</summary>
internal enum Handled
{
    Done,

    /// <summary>Done, and the buffer of the message has a new owner.</summary>
    TakenOver,

    /// <summary>Not decided yet: the connection must wait first.</summary>
    Wait,
}
