#!/bin/sh
# Adds one line to RESULTS with the counts of PART. gotestsum runs this script after the
# tests and passes the counts in TESTS_*. Fails if no test ran.
# Usage: count-tests.sh PART RESULTS
set -eu
part=$1 results=$2
failed=$TESTS_FAILED
[ "$failed" -gt 0 ] || failed=$TESTS_ERRORS
passed=$((TESTS_TOTAL - TESTS_FAILED - TESTS_SKIPPED))
[ "$passed" -ge 0 ] || passed=0

echo "$part: $passed passed, $failed failed, $TESTS_SKIPPED skipped" >>"$results"
if [ "$TESTS_TOTAL" -eq 0 ]; then
	echo "$part: no test ran" >&2
	exit 1
fi
