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

# A role without a policy or a permissions boundary.
override_data {
  target = data.ecrxa_consumer_snapshot.consumer
  values = {
    json = <<-JSON
      {
        "kind": "ecrxa_consumer_snapshot",
        "version": 1,
        "read_at": "2026-01-01T00:00:00Z",
        "read_by": { "account_id": "123456789012", "arn": "arn:aws:iam::123456789012:role/terraform" },
        "account_id": "123456789012",
        "roles": [
          {
            "name": "ecsTaskExecutionRole",
            "arn": "arn:aws:iam::123456789012:role/ecsTaskExecutionRole",
            "exists": true,
            "trust_policy": "unknown",
            "inline_policies": {},
            "attached_policies": [],
            "permissions_boundary": ""
          }
        ],
        "managed_policies": {},
        "not_read": []
      }
    JSON
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
    target = data.ecrxa_registry_snapshot.registry
    values = {
      json = <<-JSON
        {
          "kind": "ecrxa_registry_snapshot",
          "version": 1,
          "read_at": "2026-01-01T00:00:00Z",
          "read_by": { "account_id": "987654321098", "arn": "arn:aws:iam::987654321098:role/terraform" },
          "account_id": "987654321098",
          "region": "us-east-1",
          "registry_policy": null,
          "repositories": [
            {
              "name": "payment-service",
              "arn": "arn:aws:ecr:us-east-1:987654321098:repository/payment-service",
              "exists": true,
              "policy": null
            }
          ],
          "not_read": []
        }
      JSON
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
    target = data.ecrxa_registry_snapshot.registry
    values = {
      json = <<-JSON
        {
          "kind": "ecrxa_registry_snapshot",
          "version": 1,
          "read_at": "2026-01-01T00:00:00Z",
          "read_by": { "account_id": "987654321098", "arn": "arn:aws:iam::987654321098:role/terraform" },
          "account_id": "987654321098",
          "region": "us-east-1",
          "registry_policy": null,
          "repositories": [
            {
              "name": "payment-service",
              "arn": "arn:aws:ecr:us-east-1:987654321098:repository/payment-service",
              "exists": true,
              "policy": {
                "Version": "2012-10-17",
                "Statement": {
                  "Sid": "OnlyProduction",
                  "Effect": "Deny",
                  "Principal": { "AWS": "arn:aws:iam::123456789012:root" },
                  "Action": "ecr:BatchGetImage"
                }
              }
            }
          ],
          "not_read": []
        }
      JSON
    }
  }

  expect_failures = [check.payments_can_be_pulled, terraform_data.deployment]

  assert {
    condition     = local.payments_pull.denied_side == "registry"
    error_message = local.payments_pull.explanation
  }
}
