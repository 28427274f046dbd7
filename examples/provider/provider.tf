terraform {
  required_providers {
    ecrxa = {
      source = "ecrxa/ecrxa"
    }
  }
}

provider "ecrxa" {
  region = "us-east-1"
}
