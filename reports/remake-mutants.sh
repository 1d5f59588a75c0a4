#!/usr/bin/env bash
# Remakes reports/mutants.json, the kill matrix: every mutant of tests/Mutants against the scenarios of its requirement.
set -euo pipefail
cd "$(dirname "$0")/.."
CORALMUX_MUTANTS_WRITE="$PWD/reports/mutants.json" dotnet test --project tests/Mutants -c Release --filter-method '*EveryMutant_AgainstItsRequirement_IsKilledAsMeant'
