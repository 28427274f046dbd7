terraform {
  required_providers {
    ecrxa = {
      source = "ecrxa/ecrxa"
    }
  }
}

# Credentials of the registry account, 987654321098.
provider "ecrxa" {
  region  = "us-east-1"
  profile = "registry"
}
