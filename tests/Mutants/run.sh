#!/usr/bin/env bash
# Shows that the suite detects faulty relays: runs every mutant against the scenarios of its requirement, and compares with
# reports/mutants.json. Prints each result as soon as it is known. Exits 1 if a testable requirement has no mutant (checked
# before any run), a mutant survives or is killed only by accident, or the matrix differs from reports/mutants.json.
#   tests/Mutants/run.sh            all (CI)
#   tests/Mutants/run.sh --nightly  the whole suite against every mutant and every tolerant variant
#   tests/Mutants/run.sh --write    all, and writes reports/mutants.json
#   tests/Mutants/run.sh ID,TRN,…   some: ids of mutants, or beginnings of requirement ids
set -euo pipefail
cd "$(dirname "$0")/../.."
export CORALMUX_MUTANTS=all
unset CORALMUX_MUTANTS_WRITE CORALMUX_MUTANTS_WHOLE_SUITE CORALMUX_VARIANTS
case ${1-} in
  '') ;;
  --nightly) export CORALMUX_MUTANTS_WHOLE_SUITE=1 ;;
  --write) export CORALMUX_MUTANTS_WRITE="$PWD/reports/mutants.json" ;;
  -*) echo "tests/Mutants/run.sh [--nightly | --write | ID,TRN,…]" >&2; exit 2 ;;
  *) export CORALMUX_MUTANTS=$1 ;;
esac
dotnet build tests/Mutants -c Release -v q -nologo
said=$(mktemp)
trap 'rm -f "$said"' EXIT
tests() { # METHOD OPTION...: a test that is missing or skipped is a failure
  dotnet run --project tests/Mutants -c Release --no-build -- -noColor -failSkips -method "*.$1" "${@:2}" | tee "$said"
  ! grep -q 'Total: 0' "$said" || { echo "there is no test $1" >&2; exit 1; }
}
tests 'Catalogue_*'
tests EveryRequirementWithAScenario_HasAMutant
tests EveryMutant_AgainstItsRequirement_IsKilledAsMeant -showLiveOutput
[ -z "${CORALMUX_MUTANTS_WHOLE_SUITE-}" ] || tests WholeSuite_AgainstATolerantVariant_HasNoComplaint
