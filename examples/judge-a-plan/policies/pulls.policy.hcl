policy {
  required_providers {
    ecrxa = {
      source = "ecrxa/ecrxa"
    }
  }
}

# Asked with the credentials of the judged grant, those of the registry account. They
# cannot read the role, so only what the registry side denies is denied.
resource_policy "ecrxa_repository_grant" "roles_can_pull" {
  operations        = ["create", "update"]
  enforcement_level = "mandatory"
  filter            = attrs.role_arns != null

  locals {
    checks = [for role_arn in attrs.role_arns : core::getdatasource("ecrxa_pull_check", {
      repository_arn       = attrs.repository_arn
      role_arn             = role_arn
      access               = attrs.access
      actions              = attrs.actions
      planned_statements   = [attrs.statement]
      identity_policies    = { "*" = "unknown" }
      permissions_boundary = "unknown"
    })]
    denied = [for check in local.checks : check.explanation if check.verdict == "denied"]
  }

  enforce {
    condition     = core::length(local.denied) == 0
    error_message = core::join("\n\n", local.denied)
  }
}

input "consumer_account_id" {
  type = string
}

# Asked with the credentials of the consumer account.
resource_policy "ecrxa_consumer_role_policy" "role_can_pull" {
  operations        = ["create", "update"]
  enforcement_level = "mandatory"

  locals {
    checks = [for repository_arn in attrs.repository_arns : core::getdatasource("ecrxa_pull_check", {
      repository_arn        = repository_arn
      role_arn              = "arn:aws:iam::${input.consumer_account_id}:role/${attrs.role}"
      access                = attrs.access
      actions               = attrs.actions
      planned_role_policies = { (attrs.name) = attrs.policy }
      repository_policy     = "unknown"
      registry_policy       = "unknown"
    })]
    denied = [for check in local.checks : check.explanation if check.verdict == "denied"]
  }

  enforce {
    condition     = core::length(local.denied) == 0
    error_message = core::join("\n\n", local.denied)
  }
}
