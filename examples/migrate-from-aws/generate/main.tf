terraform {
  required_providers {
    ecrxa = {
      source = "ecrxa/ecrxa"
    }
  }
}

provider "ecrxa" {
  region  = "us-east-1"
  profile = "registry"
}

import {
  provider = ecrxa # only until the configuration is generated
  to       = ecrxa_repository_grant.payments
  id       = "987654321098,us-east-1,payment-service,PaymentsPull"
}
