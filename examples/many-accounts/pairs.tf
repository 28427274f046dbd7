locals {
  # Which team may read the tags and manifests of which repositories.
  readers = {
    payments = ["payment-service", "base-image"]
    reports  = ["base-image"]
  }

  # One element for each pair, such as "payments/base-image".
  pairs = merge([
    for team, repositories in local.readers : {
      for repository in repositories : "${team}/${repository}" => { team = team, repository = repository }
    }
  ]...)
}

resource "ecrxa_repository_grant" "reader" {
  for_each = local.pairs

  repository     = each.value.repository
  sid            = join("", regexall("[0-9A-Za-z]+", title("${each.key}-read"))) # PaymentsBaseImageRead
  access         = "read_metadata"
  role_arns      = ["arn:aws:iam::${local.teams[each.value.team]}:role/scanner"]
  match_roles_by = "condition"
}
