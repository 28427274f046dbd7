#!/bin/sh
# Prints each reason to reject the plan. Exits with 1 if there is one.
set -eu
terraform plan -out=plan
terraform show -json plan >plan.json
opa eval --fail-defined --format raw --data opa/pulls.rego --input plan.json 'data.ecrxa.pulls.deny[_]'
