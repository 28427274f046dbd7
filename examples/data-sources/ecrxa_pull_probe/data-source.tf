terraform {
  required_providers {
    ecrxa = {
      source = "ecrxa/ecrxa"
    }
  }
}

# The credentials of the very role that pulls.
provider "ecrxa" {
  alias   = "puller"
  region  = "us-east-1"
  profile = "consumer"
  assume_role {
    role_arn = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
  }
}

provider "ecrxa" {
  alias   = "registry"
  region  = "us-east-1"
  profile = "registry"
}

provider "ecrxa" {
  alias   = "consumer"
  region  = "us-east-1"
  profile = "consumer"
}

locals {
  image    = "987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service:v1"
  role_arn = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
}

data "ecrxa_registry_snapshot" "registry" {
  provider   = ecrxa.registry
  repository = "payment-service"
}

data "ecrxa_consumer_snapshot" "consumer" {
  provider = ecrxa.consumer
  role     = local.role_arn
}

# What the policies say.
data "ecrxa_pull_check" "payments" {
  provider          = ecrxa.consumer
  image             = local.image
  role_arn          = local.role_arn
  registry_snapshot = data.ecrxa_registry_snapshot.registry.json
  consumer_snapshot = data.ecrxa_consumer_snapshot.consumer.json
}

# What AWS does. If the two disagree, a warning says so.
data "ecrxa_pull_probe" "payments" {
  provider = ecrxa.puller
  image    = local.image
  check = {
    verdict     = data.ecrxa_pull_check.payments.verdict
    denied_side = data.ecrxa_pull_check.payments.denied_side
    denied_by   = data.ecrxa_pull_check.payments.denied_by
    decisions   = data.ecrxa_pull_check.payments.decisions
  }
}

# Every plan and apply says whether the pull works, and if not, why.
check "payments_can_be_pulled" {
  assert {
    condition     = data.ecrxa_pull_probe.payments.status == "passed"
    error_message = data.ecrxa_pull_probe.payments.explanation
  }
}

# A postcondition makes a pull that does not work an error. Here, of the image that the
# registry's own builds start from.
data "ecrxa_pull_probe" "base" {
  provider       = ecrxa.registry
  repository_arn = "arn:aws:ecr:us-east-1:987654321098:repository/base-image"
  image_tag      = "v1"
  platform       = "linux/arm64"

  lifecycle {
    postcondition {
      condition     = self.status == "passed"
      error_message = self.explanation
    }
  }
}

output "agreement" {
  value = data.ecrxa_pull_probe.payments.agreement
}
