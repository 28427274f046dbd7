#!/bin/sh
# Builds the last commit twice and fails if the binaries differ. The builds share no folder
# and no build cache: a result from the cache would always be the same.
# Usage: check-reproducible.sh FLAG...
set -eu
commit=$(git rev-parse HEAD)
work=$(mktemp -d)
trap 'chmod -R u+w "$work" && rm -rf "$work"' EXIT

for folder in one another/deeper; do
	git clone -q --no-checkout . "$work/$folder"
	git -C "$work/$folder" checkout -q "$commit"
	(cd "$work/$folder" && CGO_ENABLED=0 GOCACHE="$work/$folder.cache" go build -o "$work/$folder.binary" "$@" .)
done
if ! cmp "$work/one.binary" "$work/another/deeper.binary"; then
	echo "Two builds of $commit differ." >&2
	exit 1
fi
echo "Two builds of $commit are identical."
