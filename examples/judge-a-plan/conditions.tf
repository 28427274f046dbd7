# This stands for what needs the image, such as an aws_ecs_service.
resource "terraform_data" "deployment" {
  input = local.image

  lifecycle {
    precondition {
      condition     = local.payments_pull.verdict != "denied"
      error_message = local.payments_pull.summary
    }
  }

  # Do not deploy before the check below has succeeded.
  depends_on = [data.ecrxa_pull_check.after_apply]
}

# If the plan changes the grant, Terraform reads this after it has applied the change: the
# registry side as it is then, the consumer side from its snapshot.
data "ecrxa_pull_check" "after_apply" {
  provider = ecrxa.registry

  image             = local.image
  role_arn          = local.role_arn
  consumer_snapshot = data.ecrxa_consumer_snapshot.consumer.json
  planned_role_policies = {
    (ecrxa_consumer_role_policy.payments.name) = ecrxa_consumer_role_policy.payments.policy
  }

  lifecycle {
    postcondition {
      condition     = self.verdict != "denied"
      error_message = self.explanation
    }
  }

  depends_on = [ecrxa_repository_grant.payments]
}
