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

variable "organization_id" {
  type    = string
  default = "o-a1b2c3d4e5"
}

data "ecrxa_registry_snapshot" "registry" {
  repositories = ["payment-service", "base-image"]
}

data "ecrxa_repository_access" "registry" {
  registry_snapshot = data.ecrxa_registry_snapshot.registry.json
  organization_id   = var.organization_id

  # Why statements exist. In the configuration of the grants:
  # { for g in ecrxa_repository_grant.all : "${g.registry_id},${g.region},${g.repository},${g.sid}" => g.description }
  descriptions = {
    "987654321098,us-east-1,payment-service,TeamPaymentsPull" = "Team Payments deploys its releases from here; PLAT-42"
  }

  # Why whole accounts and organizations have access:
  # { for g in ecrxa_repository_grant.all : "${g.registry_id},${g.region},${g.repository},${g.sid}" => g.acknowledge_broad_access }
  acknowledgements = {
    "987654321098,us-east-1,base-image,OrganizationPull" = "Every team builds on these images; PLAT-42"
  }

  suppressions = [{
    code       = "whole_account"
    repository = "base-image"
    reason     = "Every team builds on these images; reviewed each year by the platform team"
  }]
}

# A finding of the severity high is a warning in each plan.
check "no_door_is_open_by_mistake" {
  assert {
    condition     = data.ecrxa_repository_access.registry.counts.high == 0
    error_message = join("\n", [for f in data.ecrxa_repository_access.registry.findings : "${f.sentence} ${f.remedy}" if f.severity == "high"])
  }
}

output "findings" {
  value = [for f in data.ecrxa_repository_access.registry.findings : "${f.severity} ${f.code}: ${f.sentence}"]
}

output "access" {
  value = [for e in data.ecrxa_repository_access.registry.entries : e.sentence]
}

# terraform output -raw report > report.md
output "report" {
  value = data.ecrxa_repository_access.registry.markdown
}
