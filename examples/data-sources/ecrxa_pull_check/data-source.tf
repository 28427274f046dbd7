terraform {
  required_providers {
    ecrxa = {
      source = "ecrxa/ecrxa"
    }
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

# Each side, read with credentials of its own account.
data "ecrxa_registry_snapshot" "registry" {
  provider     = ecrxa.registry
  repositories = ["payment-service", "report-function"]
}

data "ecrxa_consumer_snapshot" "consumer" {
  provider = ecrxa.consumer
  role     = local.role_arn
}

# The pull, judged over both sides.
data "ecrxa_pull_check" "payments" {
  provider          = ecrxa.consumer
  image             = local.image
  role_arn          = local.role_arn
  registry_snapshot = data.ecrxa_registry_snapshot.registry.json
  consumer_snapshot = data.ecrxa_consumer_snapshot.consumer.json
}

# Every plan and apply says whether the pull works, and if not, why.
check "payments_can_be_pulled" {
  assert {
    condition     = data.ecrxa_pull_check.payments.allowed
    error_message = data.ecrxa_pull_check.payments.explanation
  }
}

# A Lambda function: the service lambda.amazonaws.com pulls, so the registry side
# decides. The repository policy needs a statement for it, and one for the account
# or the role that creates the function.
data "ecrxa_pull_check" "reports" {
  provider          = ecrxa.registry
  image             = "987654321098.dkr.ecr.us-east-1.amazonaws.com/report-function:v1"
  puller            = "lambda"
  source_arn        = "arn:aws:lambda:us-east-1:123456789012:function:reports"
  registry_snapshot = data.ecrxa_registry_snapshot.registry.json
}

check "reports_can_be_pulled" {
  assert {
    condition     = data.ecrxa_pull_check.reports.allowed
    error_message = data.ecrxa_pull_check.reports.explanation
  }
}
