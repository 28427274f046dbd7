import {
  to = ecrxa_registry_grant.organization
  identity = {
    registry_id = "987654321098" # default: the account of the provider's credentials
    region      = "us-east-1"    # default: the provider's region
    sid         = "OrganizationPull"
  }
}
