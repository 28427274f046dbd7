package ecrxa.pulls

# `terraform show -json` prints the plan alone. HCP Terraform puts it into input.plan.
plan := object.get(input, "plan", input)

pulls := plan.output_changes.pulls

deny contains message if {
	some name, pull in pulls.after
	pull.verdict == "denied"
	message := sprintf("%s: %s", [name, pull.explanation])
}

deny contains message if {
	access_changes
	not pulls_known
	message := "The plan changes who can pull. Its output \"pulls\" must have the verdicts, and they must be known in the plan."
}

pulls_known if pulls.after_unknown == false

access_changes if {
	some change in plan.resource_changes
	change.type in {
		"ecrxa_repository_grant", "ecrxa_registry_grant",
		"ecrxa_repository_statement", "ecrxa_consumer_role_policy",
	}
	some action in change.change.actions
	action in {"create", "update", "delete"}
}
