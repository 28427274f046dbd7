// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"maps"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
)

// LayerAction is the action by which a layer comes from Amazon S3: the last step of a pull,
// which the policy of an S3 endpoint in the puller's VPC can deny.
const LayerAction = "s3:GetObject"

// layers returns the objects that hold the layers of all images in the repository's Region.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms
func (t Target) layers() string {
	return "arn:" + t.Repository.Partition + ":s3:::prod-" + t.Repository.Region + "-starport-layer-bucket/*"
}

// readsLayers reports whether the download of layers is judged: the use has one, and it
// may go through an S3 endpoint with a policy.
func (a *arguments) readsLayers() bool {
	isPolicy := len(a.policies[authz.S3EndpointPolicy][0]) > 0 || a.stateUnknown(authz.S3EndpointPolicy)
	// A gateway endpoint is for Amazon S3 in its own Region.
	isElsewhere := a.pullerRegion() != "" && a.pullerRegion() != a.target.Repository.Region
	return isPolicy && !isElsewhere && slices.Contains(a.use.actions, "ecr:GetDownloadUrlForLayer")
}

// layerKeys are the condition keys of the context that are the same for the download of a
// layer: those of the network and the time. The endpoint is another one.
var layerKeys = []string{"aws:sourcevpc", "aws:vpcsourceip", "aws:currenttime", "aws:epochtime"}

// layerRequest is the download of a layer. ECR's presigned URL makes it a request of an
// account of Amazon ECR, which is not known, and not of a service principal. Whether that
// account may read its bucket is ECR's affair.
// Source: https://github.com/aws-samples/data-perimeter-policy-examples/blob/main/vpc_endpoint_policies/README.md
func (a *arguments) layerRequest() authz.Request {
	known := maps.Clone(a.in.Context)
	maps.DeleteFunc(known, func(key string, _ []string) bool { return !slices.Contains(layerKeys, strings.ToLower(key)) })
	if known == nil {
		known = map[string][]string{}
	}
	known["aws:PrincipalIsAWSService"], known["aws:SecureTransport"], known["aws:RequestedRegion"] = []string{"false"}, []string{"true"}, []string{a.target.Repository.Region}
	return authz.Request{
		Principal: authz.UnknownPrincipal, Action: LayerAction, Resource: a.target.layers(),
		Context: authz.Context{Known: known}, Granted: true, AnyObject: true,
	}
}

// withoutKeysOfECR leaves out the unknown keys that nobody can set for the download of a layer,
// as those of ECR's own account and bucket, and returns them.
func withoutKeysOfECR(d authz.Decision) (rest authz.Decision, ofECR []string) {
	d.UnknownKeys = slices.DeleteFunc(d.UnknownKeys, func(k authz.UnknownKey) bool {
		isOfECR := !slices.Contains(layerKeys, strings.ToLower(k.Key))
		if isOfECR {
			ofECR = append(ofECR, k.Key)
		}
		return isOfECR
	})
	return d, ofECR
}
