// SPDX-License-Identifier: MPL-2.0

package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestAccGeneratedConfiguration: the configuration that Terraform generates for an import block
// plans nothing but the import. The block has the argument provider while it generates, as the
// guide says: without it, Terraform 1.16 looks for the provider hashicorp/ecrxa
// (https://github.com/hashicorp/terraform/issues/39144).
func TestAccGeneratedConfiguration(t *testing.T) {
	t.Parallel()
	onlyEmulator(t)
	aws := startExampleAccounts(t)
	aws.server.SetRepositoryPolicy(exampleRegistry, "us-east-1", "payment-service", `{"Version":"2012-10-17","Statement":[
		{"Sid":"Deny \"${others}\", always","Effect":"Deny","Principal":"*","Action":"ecr:*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5","aws:PrincipalTag/team":"${aws:ResourceTag/team}"}}},
		{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":["123456789012"]},"Action":["ecr:BatchGetImage"]},
		{"Sid":"Everyone","Effect":"Allow","Principal":{"AWS":["*"]},"Action":["ecr:BatchGetImage"]}]}`)
	aws.server.PutRegistryPolicy(exampleRegistry, "us-east-1", `{"Version":"2012-10-17","Statement":[
		{"Sid":"Organization","Effect":"Allow","Principal":"*","Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Resource":["arn:aws:ecr:us-east-1:987654321098:repository/team/*","arn:aws:ecr:us-east-1:987654321098:repository/base"],"Condition":{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/*"}}},
		{"Sid":"Lambda","Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Resource":"arn:aws:ecr:us-east-1:987654321098:repository/*","Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}}]}`)
	env, dir := append(aws.environment(exampleRegistry), "TF_CLI_CONFIG_FILE="+installProvider(t)), t.TempDir()
	config := `
terraform {
  required_providers {
    ecrxa = {
      source = "ecrxa/ecrxa"
    }
  }
}

provider "ecrxa" {
  region = "us-east-1"
}

import {
  provider = ecrxa
  to = ecrxa_repository_statement.deny
  id = "987654321098,us-east-1,payment-service,Deny \"$${others}\", always"
}

import {
  provider = ecrxa
  to = ecrxa_repository_statement.everyone
  id = "987654321098,us-east-1,payment-service,Everyone"
}

import {
  provider = ecrxa
  to = ecrxa_registry_grant.organization
  id = "987654321098,us-east-1,Organization"
}

import {
  provider = ecrxa
  to = ecrxa_registry_grant.lambda
  id = "987654321098,us-east-1,Lambda"
}

import {
  provider = ecrxa
  to = ecrxa_repository_grant.pull
  id = "987654321098,us-east-1,payment-service,Pull"
}
`
	writeFile(t, filepath.Join(dir, "main.tf"), config)
	generated := filepath.Join(dir, "generated.tf")
	if out, err := runTerraform(t, dir, env, "plan", "-generate-config-out="+generated); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	writeFile(t, filepath.Join(dir, "main.tf"), strings.ReplaceAll(config, "  provider = ecrxa\n", ""))
	out, err := runTerraform(t, dir, env, "plan")
	if err != nil || !strings.Contains(out, "Plan: 5 to import, 0 to add, 0 to change, 0 to destroy.") {
		t.Errorf("the generated configuration does not plan the imports alone: %v\n%s\n%s", err, out, readFile(t, generated))
	}
	applyAndPlan(t, func(command ...string) (string, error) {
		return runTerraform(t, dir, env, command[0], command[1:]...)
	})
}

// TestAccGrantsFromPolicy: the blocks of grants_from_policy plan nothing but the import.
func TestAccGrantsFromPolicy(t *testing.T) {
	t.Parallel()
	onlyEmulator(t)
	aws := startExampleAccounts(t)
	policy := `{"Version":"2012-10-17","Statement":[
		{"Sid":"Deny \"${others}\", always","Effect":"Deny","Principal":"*","Action":"ecr:PutImage","Condition":{"StringNotEquals":{"aws:PrincipalTag/team":"${aws:ResourceTag/team}"},"Bool":{"aws:SecureTransport":false}}},
		{"Sid":"Everyone","Effect":"Allow","Principal":{"AWS":["*"]},"Action":["ecr:BatchGetImage"]},
		{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":["123456789012"]},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Condition":{"StringEquals":{"aws:PrincipalTag/team":"${aws:ResourceTag/team}"}}},
		{"Sid":"Organization","Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage","Condition":{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/*"}}},
		{"Sid":"LambdaECRImageRetrievalPolicy","Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Condition":{"StringLike":{"aws:SourceArn":"arn:aws:lambda:us-east-1:987654321098:function:*"}}}]}`
	aws.server.SetRepositoryPolicy(exampleRegistry, "us-east-1", "payment-service", policy)
	env, dir := append(aws.environment(exampleRegistry), "TF_CLI_CONFIG_FILE="+installProvider(t)), t.TempDir()
	writeFile(t, filepath.Join(dir, "policy.json"), policy)
	providerBlock := "terraform {\n  required_providers {\n    ecrxa = {\n      source = \"ecrxa/ecrxa\"\n    }\n  }\n}\n\nprovider \"ecrxa\" {\n  region = \"us-east-1\"\n}\n"
	writeFile(t, filepath.Join(dir, "main.tf"), providerBlock+`
output "configuration" {
  value = join("\n", provider::ecrxa::grants_from_policy(file("policy.json"), "arn:aws:ecr:us-east-1:987654321098:repository/payment-service")[*].hcl)
}
`)
	if out, err := runTerraform(t, dir, env, "apply", "-auto-approve"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	blocks, err := runTerraform(t, dir, env, "output", "-raw", "configuration")
	if err != nil {
		t.Fatalf("%v\n%s", err, blocks)
	}
	blocks, _, _ = strings.Cut(blocks, "\n╷") // the warning about the override
	writeFile(t, filepath.Join(dir, "main.tf"), providerBlock+blocks)
	out, err := runTerraform(t, dir, env, "plan")
	if err != nil || !strings.Contains(out, "Plan: 5 to import, 0 to add, 0 to change, 0 to destroy.") {
		t.Errorf("the blocks do not plan the imports alone: %v\n%s\n%s", err, out, blocks)
	}
}
