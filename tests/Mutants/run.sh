#!/usr/bin/env bash
# The proof that the suite tells relays apart: every mutant against the scenarios of its requirement, held against
# reports/mutants.json. Prints each mutant's fate as it is known. Exits 1 where a testable requirement has no mutant (said
# before any is run), one survives, one is killed by accident only, or the matrix is not what reports/mutants.json says.
#   tests/Mutants/run.sh            all (CI)
#   tests/Mutants/run.sh --nightly  the whole suite against every mutant and every tolerant variant
#   tests/Mutants/run.sh --write    all, and writes reports/mutants.json anew
#   tests/Mutants/run.sh ID,TRN,…   some: ids of mutants, beginnings of requirement ids
set -euo pipefail
cd "$(dirname "$0")/../.."
export CORALMUX_MUTANTS=all
unset CORALMUX_MUTANTS_WRITE CORALMUX_MUTANTS_WHOLE_SUITE CORALMUX_VARIANTS
matrix=(-method '*.EveryMutant_AgainstItsRequirement_IsKilledAsMeant')
case ${1-} in
  '') ;;
  --nightly) export CORALMUX_MUTANTS_WHOLE_SUITE=1; matrix+=(-method '*.WholeSuite_AgainstATolerantVariant_HasNoComplaint') ;;
  --write) export CORALMUX_MUTANTS_WRITE="$PWD/reports/mutants.json" ;;
  -*) echo "tests/Mutants/run.sh [--nightly | --write | ID,TRN,…]" >&2; exit 2 ;;
  *) export CORALMUX_MUTANTS=$1 ;;
esac
dotnet build tests/Mutants -c Release -v q -nologo
tests() { dotnet run --project tests/Mutants -c Release --no-build -- -noColor -failSkips "$@"; }
tests -method '*.Catalogue_*' -method '*.EveryRequirementWithAScenario_HasAMutant'
tests -showLiveOutput "${matrix[@]}"
