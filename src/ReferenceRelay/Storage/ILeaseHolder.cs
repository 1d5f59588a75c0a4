using CoralMux.ReferenceRelay.Limits;

namespace CoralMux.ReferenceRelay.Storage;

/// <summary>The one who counts the usage of a token in memory, and needs it recorded ahead of use.</summary>
internal interface ILeaseHolder
{
    TokenId Id { get; }

    /// <summary>The database holds this usage now.</summary>
    void LeaseGranted(Usage leased);

    /// <summary>The database could not be written.</summary>
    void LeaseRefused();
}
