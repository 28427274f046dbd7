terraform {
  required_providers {
    ecrxa = {
      source = "ecrxa/ecrxa"
    }
  }
}

# The account that owns the repository.
provider "ecrxa" {
  alias   = "registry"
  region  = "us-east-1"
  profile = "registry"
}

# The account whose role pulls.
provider "ecrxa" {
  alias  = "consumer"
  region = "us-east-1"

  assume_role = [{
    role_arn = "arn:aws:iam::123456789012:role/deploy"
  }]
}
