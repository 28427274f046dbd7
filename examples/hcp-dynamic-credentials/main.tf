terraform {
  required_providers {
    ecrxa = {
      source = "ecrxa/ecrxa"
    }
  }
}

# HCP Terraform sets this variable in each run. It has one alias for each tag in the
# environment variables of the workspace:
#
#   TFC_AWS_PROVIDER_AUTH_REGISTRY = true
#   TFC_AWS_RUN_ROLE_ARN_REGISTRY  = arn:aws:iam::987654321098:role/hcp-terraform
#   TFC_AWS_PROVIDER_AUTH_CONSUMER = true
#   TFC_AWS_RUN_ROLE_ARN_CONSUMER  = arn:aws:iam::123456789012:role/hcp-terraform
variable "tfc_aws_dynamic_credentials" {
  type = object({
    default = object({ shared_config_file = string })
    aliases = map(object({ shared_config_file = string }))
  })
}

provider "ecrxa" {
  alias               = "registry"
  region              = "us-east-1"
  shared_config_files = [var.tfc_aws_dynamic_credentials.aliases["REGISTRY"].shared_config_file]
  allowed_account_ids = ["987654321098"]
}

provider "ecrxa" {
  alias               = "consumer"
  region              = "us-east-1"
  shared_config_files = [var.tfc_aws_dynamic_credentials.aliases["CONSUMER"].shared_config_file]
  allowed_account_ids = ["123456789012"]
}

resource "ecrxa_repository_grant" "payments" {
  provider = ecrxa.registry

  repository = "payment-service"
  sid        = "PaymentsPull"
  role_arns  = ["arn:aws:iam::123456789012:role/ecsTaskExecutionRole"]
}

resource "ecrxa_consumer_role_policy" "payments" {
  provider = ecrxa.consumer

  role            = "ecsTaskExecutionRole"
  repository_arns = [ecrxa_repository_grant.payments.repository_arn]
}
