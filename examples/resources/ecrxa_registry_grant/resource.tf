# All accounts of an organization may pull from all repositories, also from those that
# are created later.
resource "ecrxa_registry_grant" "organization" {
  sid              = "OrganizationPull"
  repositories     = ["*"]
  organization_ids = ["o-a1b2c3d4e5"]
}

# A role of another account may pull from the repositories of one team, and from one
# other repository.
resource "ecrxa_registry_grant" "payments" {
  sid          = "PaymentsPull"
  repositories = ["payments/*", "base-image"]
  role_arns    = ["arn:aws:iam::123456789012:role/ecsTaskExecutionRole"]
}

# Each region has a registry policy of its own. With a provider alias of another region or
# account, the grant is in the registry there.
provider "ecrxa" {
  alias  = "ireland"
  region = "eu-west-1"
}

resource "ecrxa_registry_grant" "ireland" {
  provider         = ecrxa.ireland
  sid              = "OrganizationPull"
  repositories     = ["*"]
  organization_ids = ["o-a1b2c3d4e5"]
}
