# The AWS provider forgets the repository policy. The policy itself stays.
removed {
  from = aws_ecr_repository_policy.payments

  lifecycle {
    destroy = false
  }
}

import {
  to = ecrxa_repository_grant.payments
  id = "987654321098,us-east-1,payment-service,PaymentsPull"
}

import {
  to = ecrxa_repository_grant.lambda
  id = "987654321098,us-east-1,payment-service,LambdaECRImageRetrievalPolicy"
}

import {
  to = ecrxa_repository_statement.outside_organization
  id = "987654321098,us-east-1,payment-service,Deny outside the organization"
}

# One policy of a role becomes one resource: a moved block is enough.
moved {
  from = aws_iam_role_policy.payments
  to   = ecrxa_consumer_role_policy.payments
}
