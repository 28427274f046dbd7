import {
  to = ecrxa_registry_grant.organization
  id = "987654321098,us-east-1,OrganizationPull"
}
