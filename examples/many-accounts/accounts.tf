locals {
  # The keys are in the addresses of the grants and in their Sids: letters and digits, which
  # stay when the account changes.
  teams = {
    payments = "123456789012"
    reports  = "111122223333"
  }
}

# One repository, many accounts: one grant for each team.
resource "ecrxa_repository_grant" "team" {
  for_each = local.teams

  repository     = "base-image"
  sid            = "${title(each.key)}Pull"
  role_arns      = ["arn:aws:iam::${each.value}:role/ecsTaskExecutionRole"]
  match_roles_by = "condition" # the role need not exist yet
  description    = "Team ${each.key} builds on this image."
}
