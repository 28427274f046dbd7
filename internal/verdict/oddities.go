package verdict

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// oddities are arguments that are valid, and probably not what is meant.
func (c *check) findOddities() InputErrors {
	return slices.Concat(c.oddRegion(), c.oddPolicyKeys(), c.oddVariables(), c.oddKeys(), c.oddLogins())
}

func odd(at At, problem, suggestion string) *InputError {
	if suggestion != "" {
		problem += fmt.Sprintf(" (did you mean %s?)", suggestion)
	}
	return &InputError{At: at, Problem: problem}
}

// oddRegion finds a Region that is not known: misspelt, or newer than this list.
func (c *check) oddRegion() InputErrors {
	region, known := c.repository.Region, awsname.KnownRegions()
	if region == "" || slices.Contains(known, region) {
		return nil
	}
	at := At{Attribute: "image"}
	if c.in.Image == "" {
		at.Attribute = "repository_arn"
	}
	return InputErrors{odd(at, fmt.Sprintf("is in the Region %s, which is misspelt or newer than this provider", region), awsname.Nearest(region, known))}
}

// oddKeys finds keys of the context that no policy names and AWS does not have.
func (c *check) oddKeys() InputErrors {
	var found InputErrors
	for _, key := range sortedKeys(c.in.Context) {
		if c.names(key) {
			continue
		}
		if nearest, strange := isStrange(key, append(c.namedKeys(), globalKeys...)); strange {
			found = append(found, odd(At{Attribute: "context", Key: key}, "is named by no policy, and is no global condition key of AWS: it has no effect", nearest))
		}
	}
	return found
}

// names reports whether a policy contains the key, as a condition or a variable.
func (c *check) names(key string) bool {
	for _, statement := range c.documents.statements() {
		if strings.Contains(strings.ToLower(statement.String()), strings.ToLower(key)) {
			return true
		}
	}
	return false
}

// namedKeys returns the keys of all conditions.
func (c *check) namedKeys() []string {
	var keys []string
	for _, statement := range c.documents.statements() {
		for _, condition := range statement.Conditions() {
			keys = append(keys, condition.Variable)
		}
	}
	return keys
}

// statements returns those of all documents.
func (d *documents) statements() []*policy.Statement {
	var all []*policy.Statement
	for _, layer := range order {
		for _, doc := range d.of(layer) {
			all = append(all, doc.Statements()...)
		}
	}
	return all
}

// oddLogins finds statements on the repository that name the login.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html
func (c *check) oddLogins() InputErrors {
	var found InputErrors
	add := func(at At, statement *policy.Statement) {
		isLogin := func(action string) bool { return strings.EqualFold(action, actionset.TokenAction) }
		if slices.ContainsFunc(statement.Actions(), isLogin) {
			found = append(found, odd(at, fmt.Sprintf("names %s in the statement %q: it has no effect on a repository, and ECR refuses to take a repository policy that names it, as does ecrxa_repository_grant. "+
				"It belongs in an identity-based policy of the role, with Resource \"*\"", actionset.TokenAction, statement.Sid()), ""))
		}
	}
	for _, planned := range c.in.PlannedStatements {
		if statement, err := policy.ParseStatement(planned.Text); err == nil {
			add(planned.At, statement)
		}
	}
	for _, given := range c.in.RepositoryPolicy.List {
		if document, err := policy.Parse(given.Text); err == nil {
			for _, statement := range document.Statements() {
				add(At{Attribute: "repository_policy"}, statement)
			}
		}
	}
	return found
}
