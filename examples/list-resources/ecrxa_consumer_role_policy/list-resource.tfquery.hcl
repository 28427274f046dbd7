list "ecrxa_consumer_role_policy" "pull" {
  provider = ecrxa

  config {
    name = "ecrxa-pull"
  }
}
