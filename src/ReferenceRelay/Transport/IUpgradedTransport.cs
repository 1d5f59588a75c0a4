namespace CoralMux.ReferenceRelay.Transport;

/// <summary>The connection feature that lets an upgraded request take the connection over from Kestrel.</summary>
internal interface IUpgradedTransport
{
    /// <returns>The bare connection, and what the client had already sent behind its handshake.</returns>
    ValueTask<(Wire Wire, byte[] Received)> DetachAsync();
}
