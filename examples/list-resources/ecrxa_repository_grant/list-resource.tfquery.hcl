list "ecrxa_repository_grant" "team" {
  provider = ecrxa

  config {
    repository_prefix = "team/"
  }
}
