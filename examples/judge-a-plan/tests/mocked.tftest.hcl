# Needs no credentials: nothing is read from AWS. Terraform does not mock functions, so
# evaluate_pull judges the documents below.
mock_provider "ecrxa" {
  alias = "registry"

  # What the provider would compute. Terraform makes up a text for what is not here.
  mock_resource "ecrxa_repository_grant" {
    defaults = {
      repository_arn = "arn:aws:ecr:us-east-1:987654321098:repository/payment-service"
      statement      = <<-JSON
        {
          "Sid": "PaymentsPull",
          "Effect": "Allow",
          "Principal": { "AWS": "arn:aws:iam::123456789012:role/ecsTaskExecutionRole" },
          "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        }
      JSON
    }
  }
}

mock_provider "ecrxa" {
  alias = "consumer"

  mock_resource "ecrxa_consumer_role_policy" {
    defaults = {
      name   = "ecrxa-pull"
      policy = <<-JSON
        {
          "Version": "2012-10-17",
          "Statement": [
            { "Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*" },
            {
              "Effect": "Allow",
              "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
              "Resource": "arn:aws:ecr:us-east-1:987654321098:repository/payment-service"
            }
          ]
        }
      JSON
    }
  }
}

override_data {
  target = data.ecrxa_pull_check.consumer_side
  values = {
    identity_policies    = {}
    permissions_boundary = ""
    role_exists          = true
    actual_role_arn      = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
  }
}

override_data {
  target = data.ecrxa_pull_check.after_apply
  values = {
    verdict = "conditional"
  }
}

run "without_other_statements" {
  override_data {
    target = data.ecrxa_pull_check.registry_side
    values = {
      repository_policy = ""
      registry_policy   = ""
      repository_exists = true
    }
  }

  assert {
    condition     = local.payments_pull.allowed
    error_message = local.payments_pull.explanation
  }
}

# A failed precondition ends an apply, so this run only plans. It begins with the state of
# the run before it.
run "a_deny_statement_in_the_repository_policy" {
  command = plan

  override_data {
    target = data.ecrxa_pull_check.registry_side
    values = {
      repository_policy = <<-JSON
        {
          "Version": "2012-10-17",
          "Statement": {
            "Sid": "OnlyProduction",
            "Effect": "Deny",
            "Principal": { "AWS": "arn:aws:iam::123456789012:root" },
            "Action": "ecr:BatchGetImage"
          }
        }
      JSON
      registry_policy   = ""
      repository_exists = true
    }
  }

  expect_failures = [check.payments_can_be_pulled, terraform_data.deployment]

  assert {
    condition     = local.payments_pull.denied_side == "registry"
    error_message = local.payments_pull.explanation
  }
}
