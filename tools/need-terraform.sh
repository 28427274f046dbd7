#!/bin/sh
# Fails if COMMAND (Terraform or OpenTofu) is not on PATH, or is older than MINIMUM
# (MAJOR.MINOR). If COMMAND is bin/terraform of this repository and does not exist, version
# FETCHED is downloaded; hc-install checks HashiCorp's signature.
# Usage: need-terraform.sh COMMAND MINIMUM FETCHED
set -eu
command=$1 minimum=$2 fetched=$3
advice="Install version $minimum or later (https://developer.hashicorp.com/terraform/install), or use another command: make TERRAFORM=/path/to/terraform"

if [ "$command" = "$(pwd -P)/bin/terraform" ] && [ ! -x "$command" ]; then
	echo "terraform is not on PATH. Downloading version $fetched from releases.hashicorp.com to bin/ ..." >&2
	if ! go tool -modfile=tools/go.mod hc-install install -version "$fetched" -path bin terraform >&2; then
		echo "The download failed. $advice" >&2
		exit 1
	fi
fi
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
