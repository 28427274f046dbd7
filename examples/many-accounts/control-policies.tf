# The resource control policy of the registry's organization: nobody else, but AWS services.
locals {
  perimeter = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyThisOrganization"
      Effect    = "Deny"
      Principal = "*"
      Action    = "ecr:*"
      Resource  = "*"
      Condition = {
        StringNotEqualsIfExists = { "aws:PrincipalOrgID" = "o-a1b2c3d4e5" }
        BoolIfExists            = { "aws:PrincipalIsAWSService" = "false" }
      }
    }]
  })

  # A role of an account outside of it, with all that it needs on its own side.
  partner = "arn:aws:iam::444455556666:role/partner"
}

# The grant is valid, and AWS accepts it.
resource "ecrxa_repository_grant" "partner" {
  repository     = "payment-service"
  sid            = "PartnerPull"
  role_arns      = [local.partner]
  match_roles_by = "condition"
}

# But the pull is denied: by the resource control policy.
locals {
  partner_pull = provider::ecrxa::evaluate_pull({
    image                     = "987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service:v1"
    role_arn                  = local.partner
    context                   = { "aws:PrincipalOrgID" = ["o-partner1234"] }
    identity_policies         = { AdministratorAccess = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] }) }
    repository_policy         = "" # the planned grant is the only statement
    planned_statements        = [ecrxa_repository_grant.partner.statement]
    resource_control_policies = [[local.perimeter]] # the root's; then one list for each level below
  })
}

output "partner_denied_by" {
  value = local.partner_pull.denied_by
}

output "partner_explanation" {
  value = local.partner_pull.explanation
}
