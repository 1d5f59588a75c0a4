namespace CoralMux.Mutants.Catalog;

/// <summary>All mutants, in the order of the specification's chapters.</summary>
internal static class MutantCatalog
{
    public static IReadOnlyList<Mutant> All { get; } =
    [
        .. TransportMutants.All, .. EnvelopeMutants.All, .. PairingMutants.All, .. AuthenticationMutants.All, .. PresenceMutants.All,
        .. ReplacementMutants.All, .. ForwardingMutants.All, .. LimitMutants.All, .. ErrorMutants.All, .. OperationsMutants.All,
        .. OwnRelayMutants.All, .. CompressionMutants.All,
    ];
}
