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

# 1. Read the registry side.
data "ecrxa_pull_check" "registry_side" {
  provider = ecrxa.registry

  image    = local.image
  role_arn = local.role_arn

  # The next check reads the consumer side. Without these two lines, this check
  # warns that the consumer side is unknown.
  identity_policies    = { "*" = "unknown" }
  permissions_boundary = "unknown"
}

# 2. Read the consumer side, and evaluate the pull with both sides.
data "ecrxa_pull_check" "payments" {
  provider = ecrxa.consumer

  image             = local.image
  role_arn          = local.role_arn
  repository_policy = data.ecrxa_pull_check.registry_side.repository_policy
  registry_policy   = data.ecrxa_pull_check.registry_side.registry_policy
  repository_exists = data.ecrxa_pull_check.registry_side.repository_exists
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
  provider = ecrxa.registry

  image      = "987654321098.dkr.ecr.us-east-1.amazonaws.com/report-function:v1"
  puller     = "lambda"
  source_arn = "arn:aws:lambda:us-east-1:123456789012:function:reports"
}

check "reports_can_be_pulled" {
  assert {
    condition     = data.ecrxa_pull_check.reports.allowed
    error_message = data.ecrxa_pull_check.reports.explanation
  }
}
