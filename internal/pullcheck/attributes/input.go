// SPDX-License-Identifier: MPL-2.0

package attributes

import (
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/puller"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// Input converts arguments, by name, into the input of the check. What is null is not
// set. A document that Terraform does not know is one that is not known, and is not read
// from AWS either; an argument that says what is judged must be known. It takes tuples for
// lists and objects for maps, as the literals of a function's argument are.
func Input(values map[string]attr.Value) (verdict.Input, verdict.InputErrors) {
	return input(&reader{values: values})
}

// Known is like Input, but leaves out what is unknown. It serves to find faults while
// Terraform does not know all values.
func Known(values map[string]attr.Value) (verdict.Input, verdict.InputErrors) {
	return input(&reader{values: values, knownOnly: true})
}

func input(r *reader) (verdict.Input, verdict.InputErrors) {
	r.refuseOtherNames()
	in := verdict.Input{
		Image:                            r.text("image"),
		RepositoryARN:                    r.text("repository_arn"),
		RoleARN:                          r.text("role_arn"),
		ServicePrincipal:                 r.text("service_principal"),
		SourceARN:                        r.text("source_arn"),
		Access:                           actionset.Name(r.text("access")),
		Actions:                          r.strings("actions"),
		Puller:                           puller.Name(r.text("puller")),
		PullerRegion:                     r.optional("puller_region"),
		TrustPolicy:                      r.document("trust_policy"),
		RepositoryPolicy:                 r.document("repository_policy"),
		RegistryPolicy:                   r.document("registry_policy"),
		RepositoryCreationTemplatePolicy: r.document("repository_creation_template_policy"),
		ConsumerResourceControlPolicies:  r.levels("consumer_resource_control_policies"),
		RegistryPolicyScope:              r.optional("registry_policy_scope"),
		IdentityPolicies:                 r.identityPolicies(),
		PermissionsBoundary:              r.document("permissions_boundary"),
		SessionPolicies:                  r.documents("session_policies"),
		ServiceControlPolicies:           r.levels("service_control_policies"),
		ResourceControlPolicies:          r.levels("resource_control_policies"),
		VPCEndpointPolicy:                r.document("vpc_endpoint_policy"),
		S3EndpointPolicy:                 r.document("s3_endpoint_policy"),
		PlannedStatements:                r.documents("planned_statements").List,
		PlannedRegistryStatements:        r.documents("planned_registry_statements").List,
		PlannedRolePolicies:              r.named("planned_role_policies"),
		Context:                          r.lists("context"),
		ActualRoleARN:                    r.optional("actual_role_arn"),
		RoleExists:                       r.existence("role_exists"),
		RepositoryExists:                 r.existence("repository_exists"),
	}
	if r.isUnknown("registry_policy_scope") { // then it is not known what the registry policy covers
		in.RegistryPolicy = unknownDocument(verdict.At{Attribute: "registry_policy_scope"}, "")
	}
	r.fill(&in)
	return in, onceEach(r.faults)
}

// onceEach returns the faults; of elements of one argument that have the same fault, as those
// of an object of another kind do, the first one with the number of the others.
func onceEach(faults verdict.InputErrors) verdict.InputErrors {
	type kind struct{ argument, problem string }
	count := map[kind]int{}
	for _, f := range faults {
		count[kind{f.At.Attribute, f.Problem}]++
	}
	var kept verdict.InputErrors
	for _, f := range faults {
		of := kind{f.At.Attribute, f.Problem}
		switch n := count[of]; {
		case n > 1:
			problem := fmt.Sprintf("%s; the same holds for %s of %s", f.Problem, wording.Counted(n-1, "other element"), f.At.Attribute)
			kept = append(kept, &verdict.InputError{At: f.At, Problem: problem})
		case n == 1:
			kept = append(kept, f)
		}
		delete(count, of)
	}
	return kept
}

// Path returns the path of an argument's value, for a diagnostic.
func Path(at verdict.At) path.Path {
	p := path.Root(at.Attribute)
	for _, i := range at.Indexes {
		p = p.AtListIndex(i)
	}
	if at.Key != "" {
		p = p.AtMapKey(at.Key)
	}
	return p
}

// AppendFaults turns faults into errors with a title, on the arguments they are about.
func AppendFaults(diags *diag.Diagnostics, title string, faults verdict.InputErrors) {
	for _, fault := range faults {
		diags.AddAttributeError(Path(fault.At), title, fault.Error()+".")
	}
}

func (r *reader) refuseOtherNames() {
	var unknown, others []string // others are like no argument
	for name := range r.values {
		if !IsArgument(name) {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	for _, name := range unknown {
		if right := awsname.Nearest(name, argumentNames()); right != "" {
			r.fault(verdict.At{Attribute: name}, fmt.Sprintf("is not an argument (did you mean %s?)", right))
		} else {
			others = append(others, name)
		}
	}
	if len(others) == 0 {
		return
	}
	problem := "is not an argument"
	if more := others[1:]; len(more) > 0 {
		problem += ", nor is " + wording.Some(printed.Values(more), "or")
	}
	r.fault(verdict.At{Attribute: others[0]}, problem)
}
