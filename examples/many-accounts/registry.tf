# One statement in place of many: the roles of all teams pull from every repository of the
# registry, also from those that are created later.
resource "ecrxa_registry_grant" "teams" {
  sid            = "TeamsPull"
  repositories   = ["*"]
  match_roles_by = "condition"
  role_arns = [
    for account in values(local.teams) : "arn:aws:iam::${account}:role/ecsTaskExecutionRole"
  ]
}
