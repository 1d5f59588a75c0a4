namespace CoralMux.ReferenceRelay.Basics;

/// <summary>The relay cannot start. The message is one sentence for the operator: what is wrong, where, and what to do.</summary>
internal sealed class StartException(string message, Exception? inner = null) : Exception(message, inner);
