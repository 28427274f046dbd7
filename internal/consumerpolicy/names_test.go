// SPDX-License-Identifier: MPL-2.0

package consumerpolicy

const (
	appARN  = "arn:aws:ecr:us-east-1:987654321098:repository/app"
	baseARN = "arn:aws:ecr:us-east-1:987654321098:repository/base"
)

// The statements that the resource writes.
const (
	tokenText = `{"Sid":"Token","Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"}`
	oursText  = `{"Sid":"Repositories","Effect":"Allow","Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Resource":"` + appARN + `"}`
)
