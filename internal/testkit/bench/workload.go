// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"math"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/emulator"
)

// A workload is a configuration with a number of resources of one type, of checks, or of calls
// of a function. Its variable "changed" changes one of them.
type workload struct {
	name    string
	profile string // of the side that applies it: "registry" or "consumer"
	sizes   []int
	// unlimited makes the provider and the emulator accept repository policies of any
	// size. ECR accepts about sixty grants in one policy.
	unlimited     bool
	prepare       func(server *emulator.Server, size int)
	configuration func(size int) string

	// The rest is for the comparison with the AWS provider. A workload without sizes for it is
	// not compared.
	peerSizes []int
	unit      string                // what a size counts
	peer      func(size int) string // resources of the AWS provider with the same policies
	create    func(ctx context.Context, moto, name string) error
}

var oneRepository = workload{
	name: "grants on one repository", profile: "registry", sizes: []int{1, 10, 100, 500}, unlimited: true,
	prepare: func(server *emulator.Server, _ int) {
		server.CreateRepository(registryAccount, region, "bench")
		server.SetRepositoryPolicyQuota(1 << 20)
	},
	configuration: func(size int) string { return grants(size, `"bench"`) },
}

var manyRepositories = workload{
	name: "grants on as many repositories", profile: "registry", sizes: []int{1, 10, 100, 500},
	prepare: func(server *emulator.Server, size int) {
		for i := range size {
			server.CreateRepository(registryAccount, region, fmt.Sprintf("bench-%d", i))
		}
	},
	configuration: func(size int) string { return grants(size, `"bench-${count.index}"`) },
	peerSizes:     []int{10, 100, 500}, unit: "Repositories", peer: peerGrants, create: createRepository,
}

var consumerRoles = workload{
	name: "consumer role policies", profile: "consumer", sizes: []int{1, 10, 100},
	prepare: func(server *emulator.Server, size int) {
		for i := range size {
			server.CreateRole(consumerAccount, "/", fmt.Sprintf("bench-%d", i))
		}
	},
	configuration: func(size int) string {
		return provider + fmt.Sprintf(`
resource "ecrxa_consumer_role_policy" "bench" {
  count           = %d
  role            = "bench-${count.index}"
  repository_arns = ["arn:aws:ecr:%s:%s:repository/bench"]
  access          = var.changed && count.index == 0 ? "pull_push" : "pull"
}
`, size, region, registryAccount)
	},
	peerSizes: []int{10, 100, 500}, unit: "Roles", peer: peerRolePolicies, create: createRole,
}

// Each check reads both sides with the consumer's credentials, which the repository policy lets
// read it.
var checks = workload{
	name: "pull checks", profile: "consumer", sizes: []int{1, 10, 100, 500},
	prepare: func(server *emulator.Server, _ int) {
		server.CreateRepository(registryAccount, region, "bench")
		server.SetRepositoryPolicy(registryAccount, region, "bench", granting)
		server.CreateRole(consumerAccount, "/", "bench")
		server.PutRolePolicy(consumerAccount, "bench", "ecrxa-pull", pulling)
	},
	configuration: func(size int) string {
		return provider + fmt.Sprintf(`
data "ecrxa_pull_check" "bench" {
  count    = %d
  image    = "%s:${var.changed && count.index == 0 ? "new" : "v${count.index}"}"
  role_arn = "arn:aws:iam::%s:role/bench"
}
`, size, image, consumerAccount)
	},
}

// The sizes are square numbers. Terraform makes each call twice in a plan. The workload with
// jsonencode is what Terraform itself needs for the same arguments.
var (
	evaluations = calls("calls of evaluate_pull", "provider::ecrxa::evaluate_pull(%s).explanation")
	encodings   = calls("calls of jsonencode", "jsonencode(%s)")
)

func calls(name, call string) workload {
	arguments := fmt.Sprintf(`{
    image             = "%s:v${n}${var.changed ? "-new" : ""}"
    role_arn          = "arn:aws:iam::%s:role/bench-${n}"
    repository_policy = local.repository_policy
    identity_policies = { "ecrxa-pull" = local.role_policy }
    registry_policy   = ""
  }`, image, consumerAccount)
	return workload{
		name: name, profile: "consumer", sizes: []int{1, 10_000},
		prepare: func(*emulator.Server, int) {},
		configuration: func(size int) string {
			return provider + fmt.Sprintf(`
locals {
  repository_policy = <<-EOT
    %[1]s
  EOT
  role_policy = <<-EOT
    %[2]s
  EOT
  names   = [for pair in setproduct(range(%[3]d), range(%[3]d)) : join("-", pair)] # range has 1024 numbers at most
  results = [for n in local.names : %[4]s]
}

output "characters" {
  value = sum([for text in local.results : length(text)])
}
`, granting, pulling, int(math.Sqrt(float64(size))), fmt.Sprintf(call, arguments))
		},
	}
}

const (
	image    = registryAccount + ".dkr.ecr." + region + ".amazonaws.com/bench"
	granting = `{"Version":"2012-10-17","Statement":[{"Sid":"Consumers","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` + consumerAccount + `:root"},` +
		`"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer","ecr:GetRepositoryPolicy"]}]}`
	pulling = `{"Version":"2012-10-17","Statement":[{"Sid":"Token","Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"},` +
		`{"Sid":"Repositories","Effect":"Allow","Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Resource":"arn:aws:ecr:` + region + `:` + registryAccount + `:repository/bench"}]}`
)

var workloads = []workload{oneRepository, manyRepositories, consumerRoles, checks, evaluations, encodings}

const provider = `terraform {
  required_providers {
    ecrxa = { source = "ecrxa/ecrxa" }
  }
}

provider "ecrxa" {
  region        = "` + region + `"
  verify_writes = var.verify_writes
}

variable "changed" {
  default = false
}

variable "verify_writes" {
  default = "in_background"
}
`

// grants returns a configuration with grants, each to another account. The repository is an
// HCL expression.
func grants(size int, repository string) string {
	return provider + fmt.Sprintf(`
resource "ecrxa_repository_grant" "bench" {
  count       = %d
  repository  = %s
  sid         = "Grant${count.index}"
  account_ids = [format("1%%011d", count.index)]
  access      = var.changed && count.index == 0 ? "pull_push" : "pull"
}
`, size, repository)
}

const peerProvider = `terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region                      = "` + region + `"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}
`

func peerGrants(size int) string {
	return fmt.Sprintf(`
resource "aws_ecr_repository_policy" "bench" {
  count      = %d
  repository = "bench-${count.index}"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Grant${count.index}"
      Effect    = "Allow"
      Principal = { AWS = format("arn:aws:iam::1%%011d:root", count.index) }
      Action    = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    }]
  })
}
`, size)
}

func peerRolePolicies(size int) string {
	return fmt.Sprintf(`
resource "aws_iam_role_policy" "bench" {
  count = %d
  role  = "bench-${count.index}"
  name  = "ecrxa-pull"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Sid = "Token", Effect = "Allow", Action = "ecr:GetAuthorizationToken", Resource = "*" },
      {
        Sid      = "Repositories"
        Effect   = "Allow"
        Action   = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Resource = "arn:aws:ecr:%s:%s:repository/bench"
      },
    ]
  })
}
`, size, region, registryAccount)
}
