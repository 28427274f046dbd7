import {
  to = ecrxa_repository_grant.payments
  identity = {
    registry_id = "987654321098" # default: the account of the provider's credentials
    region      = "us-east-1"    # default: the provider's region
    repository  = "payment-service"
    sid         = "PaymentsPull"
  }
}
