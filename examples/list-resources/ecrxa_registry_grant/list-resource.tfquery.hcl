list "ecrxa_registry_grant" "ireland" {
  provider = ecrxa

  config {
    region = "eu-west-1"
  }
}
