// SPDX-License-Identifier: MPL-2.0

package rolepolicy

import (
	"context"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
)

// Roles returns the names of the roles whose path begins with a prefix, a page at a time as
// they are needed. An empty prefix is for all roles. An error is the last.
func (s *Store) Roles(ctx context.Context, pathPrefix string) iter.Seq2[string, error] {
	in := &iam.ListRolesInput{}
	if pathPrefix != "" {
		in.PathPrefix = aws.String(pathPrefix)
	}
	return func(yield func(string, error) bool) {
		client, err := s.clients.IAM(ctx)
		if err != nil {
			yield("", s.explain(ctx, err, "list the roles"))
			return
		}
		for pages := (awsapi.Pages{}); pages.More(); {
			in.Marker = pages.Token
			out, err := client.ListRoles(ctx, in)
			if err == nil {
				err = pages.Read(out.Marker)
			}
			if err != nil {
				yield("", s.explain(ctx, err, "list the roles"))
				return
			}
			for _, role := range out.Roles {
				if !yield(aws.ToString(role.RoleName), nil) {
					return
				}
			}
		}
	}
}
