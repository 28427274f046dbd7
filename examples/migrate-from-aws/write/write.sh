#!/bin/sh
# Writes the resource and import blocks for each statement of the policy. Changes nothing else.
policy=aws_ecr_repository_policy.payments.policy
repository=arn:aws:ecr:us-east-1:987654321098:repository/payment-service
terraform console <<END | sed '1d;$d' >adopted.tf
join("\n", provider::ecrxa::grants_from_policy($policy, "$repository")[*].hcl)
END
