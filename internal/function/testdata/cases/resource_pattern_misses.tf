# The role may pull repositories of one naming pattern; the image is in another one, in a
# registry that belongs to somebody else.
locals {
  pull = {
    image                = "444455556666.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.1-gpu"
    role_arn             = "arn:aws:iam::777788889999:role/notebook"
    permissions_boundary = ""
  }
  two_statements = jsonencode({ Version = "2012-10-17", Statement = [
    { Sid = "Layers", Effect = "Allow", Action = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], Resource = "arn:aws:ecr:us-east-1:444455556666:repository/*studio*" },
    { Sid = "Login", Effect = "Allow", Action = "ecr:GetAuthorizationToken", Resource = "*" },
  ] })
}
output "the_pattern_misses" {
  value = provider::ecrxa::evaluate_pull(merge(local.pull, { identity_policies = { notebook = local.two_statements } }))
}
output "a_wider_pattern" {
  value = provider::ecrxa::evaluate_pull(merge(local.pull, { identity_policies = { notebook = replace(local.two_statements, "*studio*", "*") } }))
}
