#!/bin/sh
# Puts BINARY into PLUGINS, a filesystem mirror for terraform init and tofu init. A VERSION
# that is not a version number is 0.0.1: Terraform chooses neither 0.0.0 nor a prerelease by itself.
# https://developer.hashicorp.com/terraform/cli/config/config-file#filesystem_mirror
# Usage: fill-mirror.sh BINARY VERSION PLUGINS
set -eu
binary=$1 version=${2#v} plugins=$3
case $version in [0-9]*.[0-9]*.[0-9]*) ;; *) version=0.0.1 ;; esac
platform=$(go env GOOS)_$(go env GOARCH)

for host in registry.terraform.io registry.opentofu.org; do
	folder=$plugins/$host/ecrxa/ecrxa/$version/$platform
	mkdir -p "$folder"
	rm -f "$folder"/* # a running terraform may use the old file
	cp "$binary" "$folder"
done
cat <<END
Installed version $version. In a configuration with source = "ecrxa/ecrxa":
  terraform init   # after each further \`make install\`: rm .terraform.lock.hcl && terraform init
To use the registry's versions again: rm -r $plugins/*/ecrxa/ecrxa
END
