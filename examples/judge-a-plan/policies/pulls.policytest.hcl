policytest {
  targets = ["pulls.policy.hcl"]
}

inputs {
  consumer_account_id = "123456789012"
}

locals {
  repository_arn = "arn:aws:ecr:us-east-1:987654321098:repository/payment-service"
}

# What core::getdatasource returns if it is called with these arguments.
data "ecrxa_pull_check" "web" {
  attrs = {
    repository_arn       = local.repository_arn
    role_arn             = "arn:aws:iam::123456789012:role/web"
    access               = "pull"
    actions              = null
    planned_statements   = ["{}"]
    identity_policies    = { "*" = "unknown" }
    permissions_boundary = "unknown"

    verdict     = "conditional"
    explanation = "Conditional: the consumer side is not known."
  }
}

data "ecrxa_pull_check" "batch" {
  attrs = {
    repository_arn       = local.repository_arn
    role_arn             = "arn:aws:iam::123456789012:role/batch"
    access               = "pull"
    actions              = null
    planned_statements   = ["{}"]
    identity_policies    = { "*" = "unknown" }
    permissions_boundary = "unknown"

    verdict     = "denied"
    explanation = "Denied: the registry side denies it."
  }
}

resource "ecrxa_repository_grant" "one_role" {
  meta = { operation = "create" }
  attrs = {
    repository_arn = local.repository_arn
    role_arns      = ["arn:aws:iam::123456789012:role/web"]
    access         = "pull"
    actions        = null
    statement      = "{}"
  }
}

resource "ecrxa_repository_grant" "one_of_two_roles_is_denied" {
  expect_failure = true
  meta           = { operation = "create" }
  attrs = {
    repository_arn = local.repository_arn
    role_arns      = ["arn:aws:iam::123456789012:role/web", "arn:aws:iam::123456789012:role/batch"]
    access         = "pull"
    actions        = null
    statement      = "{}"
  }
}

data "ecrxa_pull_check" "consumer_side" {
  attrs = {
    repository_arn        = local.repository_arn
    role_arn              = "arn:aws:iam::123456789012:role/batch"
    access                = "pull"
    actions               = null
    planned_role_policies = { "ecrxa-pull" = "{}" }
    repository_policy     = "unknown"
    registry_policy       = "unknown"

    verdict     = "denied"
    explanation = "Denied: the permissions boundary does not allow it."
  }
}

resource "ecrxa_consumer_role_policy" "denied_by_a_permissions_boundary" {
  expect_failure = true
  meta           = { operation = "create" }
  attrs = {
    role            = "batch"
    name            = "ecrxa-pull"
    repository_arns = [local.repository_arn]
    access          = "pull"
    actions         = null
    policy          = "{}"
  }
}
