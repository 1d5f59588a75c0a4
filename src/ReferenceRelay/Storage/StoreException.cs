namespace CoralMux.ReferenceRelay.Storage;

/// <summary>The database cannot be used at all. The message is for the operator.</summary>
internal sealed class StoreException(string message, Exception inner) : Exception(message, inner);
