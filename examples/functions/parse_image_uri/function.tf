terraform {
  required_providers {
    ecrxa = {
      source = "ecrxa/ecrxa"
    }
  }
}

output "image" {
  value = provider::ecrxa::parse_image_uri("987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service:v1")
}
