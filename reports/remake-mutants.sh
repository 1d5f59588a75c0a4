#!/usr/bin/env bash
# Remakes reports/mutants.json, the kill matrix: every mutant of tests/Mutants against the scenarios of its requirement.
# Prints each mutant's fate as it is known.
set -euo pipefail
cd "$(dirname "$0")/.."
CORALMUX_MUTANTS_WRITE="$PWD/reports/mutants.json" dotnet run --project tests/Mutants -c Release -- -noColor -showLiveOutput -method '*EveryMutant_AgainstItsRequirement_IsKilledAsMeant'
