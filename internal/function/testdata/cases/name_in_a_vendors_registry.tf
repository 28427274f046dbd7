# The name of the image is wrong, in a registry whose policies nobody but its owner reads.
output "a_user_who_may_do_everything" {
  value = provider::ecrxa::evaluate_pull({
    image                = "444455556666.dkr.ecr.us-west-2.amazonaws.com/agent/agent-operator:v0.3"
    role_arn             = "arn:aws:iam::777788889999:user/kim"
    permissions_boundary = ""
    identity_policies    = { admin = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] }) }
  })
}
