#!/bin/sh
# Fails if COMMAND (Terraform or OpenTofu) is not on PATH, or is older than MINIMUM
# (MAJOR.MINOR).
# Usage: need-terraform.sh COMMAND MINIMUM
set -eu
command=$1 minimum=$2
advice="Install version $minimum or later (https://developer.hashicorp.com/terraform/install), or use another command: make TERRAFORM=/path/to/terraform"

if ! command -v "$command" >/dev/null; then
	echo "$command is not on PATH. $advice" >&2
	exit 1
fi
version=$("$command" version | sed -n 's/^[A-Za-z]* v//p' | head -n 1)
if ! echo "$version $minimum" | awk '{ split($1, have, "."); split($2, need, ".") }
	{ exit !(have[1] + 0 > need[1] + 0 || have[1] == need[1] && have[2] + 0 >= need[2] + 0) }'; then
	echo "$command is version ${version:-unknown}, which is too old. $advice" >&2
	exit 1
fi
