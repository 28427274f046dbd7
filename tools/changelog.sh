#!/bin/sh
# Writes the section of VERSION into CHANGELOG.md: what is below `Unreleased`, and the
# entries in .changes, which are deleted.
# Usage: changelog.sh VERSION DATE
set -eu
version=${1#v} date=$2
case $version in [0-9]*.[0-9]*.[0-9]*) ;; *) echo "Name the version: make changelog VERSION=1.2.3" >&2; exit 1 ;; esac

set -- .changes/*.md
[ -e "$1" ] || shift
awk -v heading="## $version ($date)" '
	BEGIN {
		count = split("BREAKING CHANGES,FEATURES,ENHANCEMENTS,BUG FIXES", order, ",")
		split("breaking,feature,enhancement,fix", kinds, ",")
		for (i in kinds) titles[kinds[i]] = order[i]
	}
	FNR == 1 {
		files++
		kind = FILENAME
		sub(/.*\//, "", kind)
		sub(/-.*/, "", kind)
		if (files > 1) section = (kind in titles) ? titles[kind] : FILENAME
	}
	files > 1 { entries[section] = entries[section] (FNR == 1 ? "- " : "  ") $0 "\n"; next }
	/^## / && !released { released = !/^## Unreleased/; unreleased = !released; if (unreleased) next }
	released { after = after $0 "\n"; next }
	!unreleased { before = before $0 "\n"; next }
	/^[A-Z ]+:$/ { section = substr($0, 1, length($0) - 1); next }
	NF { entries[section] = entries[section] $0 "\n" }
	END {
		printf "%s%s\n\n", before, heading
		for (i = 1; i <= count; i++) if (order[i] in entries) {
			printf "%s:\n\n%s\n", order[i], entries[order[i]]
			delete entries[order[i]]
		}
		printf "%s", after
		for (section in entries) {
			print "changelog: unknown section: " section > "/dev/stderr"
			exit 1
		}
	}' CHANGELOG.md "$@" >CHANGELOG.new || { rm CHANGELOG.new; exit 1; }
mv CHANGELOG.new CHANGELOG.md
[ $# -eq 0 ] || rm "$@"
