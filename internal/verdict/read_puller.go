// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/puller"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// readPuller reads what pulls, and where it runs.
func (r *reading) readPuller() {
	found, ok := puller.Of(r.in.Puller)
	if r.in.Puller != "" && !ok {
		problem := fmt.Sprintf("is %s; expected one of %s", printed.Quoted(string(r.in.Puller)), wording.List(puller.Names(), "or"))
		r.fault(At{Attribute: "puller"}, problem, nil)
	}
	r.puller = found
	if region := r.in.PullerRegion; region != "" && !awsname.IsRegion(region) {
		r.fault(At{Attribute: "puller_region"}, fmt.Sprintf("is %s, which is not an AWS Region such as us-east-1", printed.Quoted(region)), nil)
	}
}

// readTrustPolicy reads the trust policy of the role.
func (r *reading) readTrustPolicy() {
	at := At{Attribute: "trust_policy"}
	if r.in.TrustPolicy.State == Known && len(r.in.TrustPolicy.List) == 0 {
		r.fault(at, "is empty, but every role has a trust policy; leave it out if it is not known", nil)
	}
	for _, d := range r.in.TrustPolicy.List {
		if d.Text == UnknownText {
			continue
		}
		isStored := d.IsStored()
		d.At = placed(d.At, at)
		if read := r.document(d); read != nil {
			r.trust = read.as(compilation{"trust policy", isStored})
		}
	}
	if r.puller.Role == "" {
		r.trust = nil
	}
	if r.trust != nil {
		r.assumable = r.mayBeAssumed()
	}
	if kind := r.target.Principal.Kind; r.puller.Role != "" && kind != "" && !r.target.IsRole() {
		r.fault(At{Attribute: "role_arn"}, fmt.Sprintf("is the ARN of a principal of the kind %s, and %s pulls with a role: %s", kind, r.puller.Subject, r.puller.Role), nil)
	}
}

// readService reads the service that pulls, and what it pulls for. Beside a service there
// is a role for AWS Lambda only: that of who creates the function.
func (r *reading) readService() {
	name, source := r.in.ServicePrincipal, r.in.SourceARN
	if name == "" {
		name = r.puller.Service
	}
	switch {
	case name == "" && source != "":
		r.fault(At{Attribute: "source_arn"}, "is set, but no service pulls: set puller or service_principal, too", nil)
		return
	case name == "":
		return
	case awsname.CheckServicePrincipal(name) != nil:
		r.fault(At{Attribute: "service_principal"}, "is not valid", awsname.CheckServicePrincipal(name))
		return
	case r.in.Puller != "" && name != r.puller.Service && !slices.Contains(r.puller.Trusted, name):
		r.fault(At{Attribute: "service_principal"}, fmt.Sprintf("is %s, which is not how %s pulls", printed.Value(name), r.puller.Subject), nil)
	}
	if puller.OnlyAssumes(name) {
		r.fault(At{Attribute: "service_principal"}, fmt.Sprintf("is %s, which does not pull itself: it assumes a role that pulls; set role_arn to that role, and remove service_principal and source_arn", printed.Value(name)), nil)
		return
	}
	if r.in.Puller == "" {
		r.puller = puller.OfService(name)
	}
	r.puller.Role, r.puller.Trusted, r.puller.Service = "", nil, name // here it pulls without a role
	if r.puller.Name != "" && slices.Contains(r.use.actions, "ecr:PutImage") {
		r.fault(At{Attribute: "access"}, fmt.Sprintf("or actions has ecr:PutImage, and %s only pulls; leave both out", r.puller.Subject), nil)
	}
	if r.in.RoleARN != "" && r.puller.Name != puller.Lambda {
		r.fault(At{Attribute: "role_arn"}, fmt.Sprintf("is set, but the service %s pulls without a role; set one of role_arn and service_principal", printed.Value(name)), nil)
	}
	r.service = awsname.Principal{Kind: awsname.Service, Partition: r.target.Repository.Partition, Name: name}
	if source != "" {
		r.readSource(source)
	}
	if r.in.RoleARN == "" {
		r.target.Principal = r.service
	}
}

// sourceForm is the form of the ARNs of what services pull for.
var sourceForm = regexp.MustCompile(`^[A-Za-z0-9:/_.+=,@-]{1,1000}$`)

// readSource reads what a service pulls for.
func (r *reading) readSource(text string) {
	at := At{Attribute: "source_arn"}
	arn, err := awsname.ParseARN(text)
	switch {
	case err != nil:
		r.fault(at, "is not valid", err)
		return
	case strings.ContainsAny(text, "*?"):
		r.fault(at, "has a wildcard, and a check is for one resource: write its ARN, as AWS has it", nil)
	case !sourceForm.MatchString(text):
		r.fault(at, "has characters that are in no ARN of a function or project, or is too long", nil)
	case !awsname.IsAccountID(arn.Account):
		r.fault(at, "has no account; write the ARN with its Region and account", nil)
	case r.puller.Name == puller.Lambda && !(arn.Service == "lambda" && strings.HasPrefix(arn.Resource, "function:")):
		r.fault(at, "is not the ARN of a function: arn:PARTITION:lambda:REGION:ACCOUNT:function:NAME", nil)
	case r.in.RoleARN != "" && r.target.Principal.Account != "" && r.target.Principal.Account != arn.Account:
		r.fault(at, fmt.Sprintf("is in account %s, and role_arn, which creates it, is in account %s", arn.Account, r.target.Principal.Account), nil)
	case r.in.PullerRegion != "" && arn.Region != "" && r.in.PullerRegion != arn.Region:
		r.fault(at, fmt.Sprintf("is in the Region %s, and puller_region is %s", printed.Value(arn.Region), printed.Value(r.in.PullerRegion)), nil)
	}
	r.service.Account, r.service.Partition = arn.Account, arn.Partition
}
