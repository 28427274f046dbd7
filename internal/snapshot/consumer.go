// SPDX-License-Identifier: MPL-2.0

package snapshot

import (
	"cmp"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// A Consumer is the consumer side: roles of one account.
type Consumer struct {
	Header
	Account string `json:"account_id"` // 12 digits

	ServiceControlPolicies  *[]Level      `json:"service_control_policies,omitempty"`  // the root first, the account last
	ResourceControlPolicies *[]Level      `json:"resource_control_policies,omitempty"` // the root first, the account last
	Organization            *Organization `json:"organization,omitempty"`

	Roles           []Role              `json:"roles"`            // sorted by name
	ManagedPolicies map[string]Document `json:"managed_policies"` // by ARN, what the roles refer to: attached policies and boundaries
	NotRead         []Gap               `json:"not_read"`
}

// A Role is one role.
type Role struct {
	Name             string               `json:"name"`
	ARN              string               `json:"arn"`          // with its path, as IAM gives it; if IAM does not, as it was asked for; empty if it was asked for by name
	ID               string               `json:"id,omitempty"` // as in AROAEXAMPLEID
	Exists           *bool                `json:"exists,omitempty"`
	InlinePolicies   *map[string]Document `json:"inline_policies,omitempty"`      // all that the role has, by name
	AttachedPolicies *[]string            `json:"attached_policies,omitempty"`    // the ARNs of all that the role has
	Boundary         *string              `json:"permissions_boundary,omitempty"` // the ARN; empty when there is none
	Tags             *map[string]string   `json:"tags,omitempty"`
	TrustPolicy      Document             `json:"trust_policy"`
}

// JSON returns the snapshot as text. The error is that of a document that is not JSON.
func (c *Consumer) JSON() (string, error) { return encode(c) }

// ParseConsumer reads a snapshot of a consumer. The errors are predicates whose subject is
// the argument that has the text.
func ParseConsumer(text string) (*Consumer, error) {
	c := new(Consumer)
	if err := decode(text, OfConsumer, c); err != nil {
		return nil, err
	}
	return c, nil
}

// Role returns the role of a name; nil when the snapshot does not have it.
func (c *Consumer) Role(name string) *Role {
	for i := range c.Roles {
		if c.Roles[i].Name == name {
			return &c.Roles[i]
		}
	}
	return nil
}

// ARNOf returns the ARN of a role: as IAM gives it, or if IAM did not, that of a role without
// a path.
func (c *Consumer) ARNOf(role *Role) string {
	if role.ARN != "" {
		return role.ARN
	}
	reader, _ := awsname.ParseARN(c.ReadBy.ARN) // that of another principal has no partition either
	return awsname.Principal{Kind: awsname.Role, Partition: cmp.Or(reader.Partition, "aws"), Account: c.Account, Path: "/", Name: role.Name}.ARN()
}
