# The repository policy as the registry account has it, for example from an
# output of that account's configuration.
variable "repository_policy" {
  type = string
}

# A standing check with credentials of the consumer account: the role's policies
# are read live in every plan and apply.
check "payments_can_be_pulled" {
  data "ecrxa_pull_check" "payments" {
    image             = "987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service:v1"
    role_arn          = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
    repository_policy = var.repository_policy
  }

  assert {
    condition     = data.ecrxa_pull_check.payments.allowed
    error_message = data.ecrxa_pull_check.payments.explanation
  }
}
