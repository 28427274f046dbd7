terraform {
  required_providers {
    ecrxa = {
      source = "ecrxa/ecrxa"
    }
  }
}

# The credentials of the very role that pulls.
provider "ecrxa" {
  alias   = "puller"
  region  = "us-east-1"
  profile = "consumer"
  assume_role {
    role_arn = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
  }
}

provider "ecrxa" {
  alias   = "registry"
  region  = "us-east-1"
  profile = "registry"
}

action "ecrxa_pull_probe" "payments" {
  provider = ecrxa.puller

  config {
    image = "987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service:v1"
  }
}

# An apply that changes the grant tries the pull afterwards.
resource "ecrxa_repository_grant" "payments" {
  provider   = ecrxa.registry
  repository = "payment-service"
  sid        = "PaymentsPull"
  role_arns  = ["arn:aws:iam::123456789012:role/ecsTaskExecutionRole"]

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.ecrxa_pull_probe.payments]
    }
  }
}
