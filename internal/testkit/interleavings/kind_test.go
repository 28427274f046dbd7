// SPDX-License-Identifier: MPL-2.0

package interleavings_test

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// A kind is one of the resources. A block of its configuration has a name, which
// is the Sid or the name of the inline policy, and a content, which is a digit.
type kind struct {
	resource string
	name     string // the attribute with the name
	conflict string // the title of the diagnostic about two resources
	exists   string // the title of the error about an existing thing with different content
	// modes are those in which the scenarios are run; nil for all. One is enough for a kind that
	// shares the code of another one.
	modes []mode
	// attributes returns the attributes of a block as texts; a list is a set.
	attributes func(name, content string) map[string]any
	// content returns the content of the thing of a name in AWS, or "" for none.
	content func(aws *account, name string) string
}

var kinds = map[string]*kind{
	"grant": {
		resource: "ecrxa_repository_grant",
		name:     "sid",
		conflict: "Two resources for one statement",
		exists:   "Sid already in use",
		attributes: func(name, content string) map[string]any {
			return map[string]any{
				"registry_id": "123456789012", "region": "us-east-1", "repository": "app", "sid": name,
				"account_ids": []string{strings.Repeat(content, 12)}, "match_roles_by": "principal",
			}
		},
		content: func(aws *account, name string) string { return granted(aws.repositoryPolicy, name) },
	},
	"registry grant": {
		resource: "ecrxa_registry_grant",
		modes:    []mode{refresh},
		name:     "sid",
		conflict: "Two resources for one statement",
		exists:   "Sid already in use",
		attributes: func(name, content string) map[string]any {
			return map[string]any{
				"registry_id": "123456789012", "region": "us-east-1", "repositories": []string{"team/*"}, "sid": name,
				"account_ids": []string{strings.Repeat(content, 12)}, "match_roles_by": "principal",
			}
		},
		content: func(aws *account, name string) string { return granted(aws.registryPolicy, name) },
	},
	"statement": {
		resource: "ecrxa_repository_statement",
		modes:    []mode{refresh},
		name:     "statement",
		conflict: "Two resources for one statement",
		exists:   "Sid already in use",
		attributes: func(name, content string) map[string]any {
			return map[string]any{
				"registry_id": "123456789012", "region": "us-east-1", "repository": "app",
				"statement": fmt.Sprintf(`{"Sid":%q,"Effect":"Deny","Principal":{"AWS":%q},"Action":"ecr:BatchGetImage"}`, name, strings.Repeat(content, 12)),
			}
		},
		content: func(aws *account, name string) string { return granted(aws.repositoryPolicy, name) },
	},
	"role policy": {
		resource: "ecrxa_consumer_role_policy",
		name:     "name",
		conflict: "Two resources for one inline policy",
		exists:   "Inline policy already exists",
		attributes: func(name, content string) map[string]any {
			return map[string]any{
				"role": "app", "name": name,
				"repository_arns": []string{"arn:aws:ecr:us-east-1:987654321098:repository/app-" + content},
			}
		},
		content: func(aws *account, name string) string {
			_, rest, _ := strings.Cut(aws.rolePolicies[name], ":repository/app-")
			if rest == "" {
				return ""
			}
			return rest[:1]
		},
	},
}

// granted returns the first digit of the account that the statement of a Sid allows.
func granted(text, sid string) string {
	doc, err := policy.Parse(text)
	if err != nil {
		return ""
	}
	for _, s := range doc.Find(sid) {
		return strings.TrimPrefix(s.Principals()["AWS"][0], "arn:aws:iam::")[:1]
	}
	return ""
}

// config returns a block of the configuration.
func (p *process) config(b block) tftypes.Value {
	given := p.attributes(b.name, b.content)
	values := map[string]tftypes.Value{}
	for _, a := range p.schema.Block.Attributes {
		t := a.ValueType()
		switch v := given[a.Name].(type) {
		case string:
			values[a.Name] = tftypes.NewValue(t, v)
		case []string:
			values[a.Name] = tftypes.NewValue(t, texts(v))
		default:
			values[a.Name] = tftypes.NewValue(t, nil)
		}
	}
	return tftypes.NewValue(p.schema.ValueType(), values)
}

func texts(list []string) []tftypes.Value {
	values := make([]tftypes.Value, len(list))
	for i, text := range list {
		values[i] = tftypes.NewValue(tftypes.String, text)
	}
	return values
}
