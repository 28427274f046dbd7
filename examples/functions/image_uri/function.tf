terraform {
  required_providers {
    ecrxa = {
      source = "ecrxa/ecrxa"
    }
  }
}

output "image" {
  value = provider::ecrxa::image_uri("arn:aws:ecr:us-east-1:987654321098:repository/payment-service", "v1")
}

output "fips_image" {
  value = provider::ecrxa::image_uri("arn:aws:ecr:us-east-1:987654321098:repository/payment-service", "v1", "fips")
}
