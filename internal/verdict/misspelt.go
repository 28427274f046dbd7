package verdict

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// misspelt finds Allow statements of a layer that denies which name an action or
// this repository wrongly.
func (c *check) misspelt(layer authz.PolicyType) []string {
	var found []string
	for _, doc := range c.documents.of(layer) {
		for _, s := range doc.Statements() {
			if s.Effect() != "Allow" {
				continue
			}
			for _, what := range append(c.misspeltActions(layer, s), c.misspeltResources(s)...) {
				found = append(found, sentence(capitalized(statementWords(refOf(layer, doc, s)))+": "+what))
			}
		}
	}
	return found
}

// slips is how many letters a misspelt action has wrong: with more of them it may
// be another action, as ecr:BatchDeleteImage is.
const slips = 2

func (c *check) misspeltActions(layer authz.PolicyType, s *policy.Statement) []string {
	var found []string
	for _, d := range c.decisions {
		for _, action := range s.Actions() {
			n := awsname.Distance(strings.ToLower(action), strings.ToLower(d.Action))
			if n > 0 && n <= slips && !awsname.HasWildcard(action) && slices.Contains(d.DeniedBy, layer) {
				found = append(found, fmt.Sprintf("its Action %s is not %s, which is probably meant", action, d.Action))
			}
		}
	}
	return found
}

func (c *check) misspeltResources(s *policy.Statement) []string {
	var found []string
	for _, resource := range s.Resources() {
		arn, err := awsname.ParseARN(resource)
		rest, within := strings.CutPrefix(arn.Resource, "repository/"+c.repository.Name)
		switch {
		case err != nil || arn.Service != "ecr":
		case arn.Resource == c.repository.Name:
			found = append(found, fmt.Sprintf("its Resource %s lacks \"repository/\" before the name; write %s", resource, c.repository.ARN()))
		case within && (strings.HasPrefix(rest, ":") || strings.HasPrefix(rest, "@")):
			found = append(found, fmt.Sprintf("its Resource %s names a tag or digest, but permissions are for a whole repository; write %s", resource, c.repository.ARN()))
		}
	}
	return found
}
