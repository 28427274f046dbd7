# The policy names a role that the runner could assume; the runner pushes with its own role.
output "a_session_of_the_runner" {
  value = provider::ecrxa::evaluate_pull({
    image                = "444455556666.dkr.ecr.eu-west-1.amazonaws.com/shop/checkout:42"
    role_arn             = "arn:aws:sts::777788889999:assumed-role/runner/job-17"
    access               = "push"
    permissions_boundary = ""
    registry_policy      = ""
    repository_policy = jsonencode({ Version = "2012-10-17", Statement = [
      { Sid = "Push", Effect = "Allow", Principal = { AWS = "arn:aws:iam::444455556666:role/pusher" }, Action = "ecr:*" },
    ] })
    identity_policies = { runner = jsonencode({ Version = "2012-10-17", Statement = [
      { Effect = "Allow", Action = "ecr:*", Resource = "*" },
      { Effect = "Allow", Action = "sts:AssumeRole", Resource = "arn:aws:iam::444455556666:role/pusher" },
    ] }) }
  })
}
