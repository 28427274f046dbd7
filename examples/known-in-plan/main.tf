terraform {
  required_providers {
    ecrxa = {
      source = "ecrxa/ecrxa"
    }
  }
}

# This stands for an aws_iam_role. Terraform knows its output, like the arn of a role, only
# after it has created it.
resource "terraform_data" "role" {
  input = "arn:aws:iam::123456789012:role/payments"
}

locals {
  pull = {
    image                 = "987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service:v1"
    repository_policy     = ""
    planned_role_policies = {}
  }

  by_reference = provider::ecrxa::evaluate_pull(merge(local.pull, {
    role_arn = terraform_data.role.output # (known after apply)
  }))

  by_name = provider::ecrxa::evaluate_pull(merge(local.pull, {
    role_arn = "arn:aws:iam::123456789012:role/payments"
  }))
}

output "by_reference" {
  value = local.by_reference.verdict
}

output "by_name" {
  value = local.by_name.verdict
}
