import {
  to = ecrxa_repository_statement.outside_organization
  identity = {
    registry_id = "987654321098" # default: the account of the provider's credentials
    region      = "us-east-1"    # default: the provider's region
    repository  = "payment-service"
    sid         = "Deny outside the organization"
  }
}
