// SPDX-License-Identifier: MPL-2.0

package awserr

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	ecrtypes "github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/fault"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/golden"
)

var (
	onRegistry = Attempt{
		Doing:   "read the policy of the repository payment-service",
		Account: "987654321098", Region: "us-east-1", Side: RegistrySide,
	}
	changingRegistry = Attempt{
		Doing:   "change the policy of the repository payment-service",
		Account: "987654321098", Region: "us-east-1", Side: RegistrySide,
	}
	fromElsewhere = Attempt{
		Doing:   "change the policy of the repository payment-service",
		Account: "987654321098", Region: "us-east-1", Side: RegistrySide, Credentials: "123456789012",
	}
	onConsumer = Attempt{
		Doing:   "write the inline policy ecrxa-pull of the role ecsTaskExecutionRole",
		Account: "123456789012", Side: ConsumerSide, OwnAccount: true,
	}
	askingIdentity = Attempt{
		Doing:  "find out which account the credentials belong to",
		Region: "us-east-1",
	}
)

const refusedSet = "User: arn:aws:sts::987654321098:assumed-role/deploy/session is not authorized to perform: ecr:SetRepositoryPolicy on resource: arn:aws:ecr:us-east-1:987654321098:repository/payment-service "

// failures lists an error for every kind, and for what one kind's texts depend
// on. Each one has a golden file of its name.
var failures = []struct {
	name    string
	kind    Kind
	attempt Attempt
	err     func(*testing.T) error
}{
	{"policy_not_found", PolicyNotFound, onRegistry, ecrError("RepositoryPolicyNotFoundException", "Repository policy does not exist for the repository with name 'payment-service' in the registry with id '987654321098'")},
	{"registry_policy_not_found", PolicyNotFound, Attempt{Doing: "read the registry policy", Account: "987654321098", Region: "us-east-1", Side: RegistrySide}, ecrError("RegistryPolicyNotFoundException", "Registry policy does not exist in the registry with id '987654321098'")},
	{"repository_not_found", RepositoryNotFound, onRegistry, ecrError("RepositoryNotFoundException", "The repository with name 'payment-service' does not exist in the registry with id '987654321098'")},
	{"no_such_entity", NoSuchEntity, onConsumer, iamError(404, "NoSuchEntity", "The role with name ecsTaskExecutionRole cannot be found.")},
	{"access_denied", AccessDenied, changingRegistry, ecrError("AccessDeniedException", refusedSet+"because no identity-based policy allows the ecr:SetRepositoryPolicy action")},
	{"access_denied_by_scp", AccessDenied, changingRegistry, ecrError("AccessDeniedException", refusedSet+"with an explicit deny in a service control policy: arn:aws:organizations::111111111111:policy/o-exampleorgid/service_control_policy/p-example")},
	{"access_denied_by_boundary", AccessDenied, changingRegistry, ecrError("AccessDeniedException", refusedSet+"because no permissions boundary allows the ecr:SetRepositoryPolicy action")},
	{"access_denied_other_account", AccessDenied, fromElsewhere, ecrError("AccessDeniedException", strings.Replace(refusedSet, "sts::987654321098", "sts::123456789012", 1)+"because no resource-based policy allows the ecr:SetRepositoryPolicy action")},
	{"access_denied_registry_policy", AccessDenied, Attempt{Doing: "change the registry policy", Account: "987654321098", Region: "us-east-1", Side: RegistrySide}, ecrError("AccessDeniedException", "User: arn:aws:sts::987654321098:assumed-role/deploy/ci is not authorized to perform: ecr:PutRegistryPolicy on resource: * because no identity-based policy allows the ecr:PutRegistryPolicy action")},
	{"access_denied_consumer", AccessDenied, onConsumer, iamError(403, "AccessDenied", "User: arn:aws:iam::123456789012:user/ci is not authorized to perform: iam:PutRolePolicy on resource: role ecsTaskExecutionRole because no identity-based policy allows the iam:PutRolePolicy action")},
	{"access_denied_unclear", AccessDenied, onConsumer, iamError(403, "AccessDenied", "Access Denied")},
	{"access_denied_assume_role", AccessDenied, onRegistry, roleError("AccessDenied", "User: arn:aws:iam::123456789012:user/ci is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::987654321098:role/deploy")},
	{"access_denied_assume_role_unclear", AccessDenied, onConsumer, roleError("AccessDenied", "Access denied")},
	{"access_denied_assume_role_by_scp", AccessDenied, onRegistry, roleError("AccessDenied", "User: arn:aws:iam::123456789012:user/ci is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::987654321098:role/deploy with an explicit deny in a service control policy")},
	{"principal_not_found", PrincipalNotFound, changingRegistry, ecrError("InvalidParameterException", "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Principal not found'")},
	{"invalid_policy", InvalidPolicy, changingRegistry, ecrError("InvalidParameterException", "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'")},
	{"invalid_registry_policy", InvalidPolicy, Attempt{Doing: "change the registry policy", Account: "987654321098", Region: "us-east-1", Side: RegistrySide}, ecrError("InvalidParameterException", "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid registry policy provided'")},
	{"invalid_parameter", InvalidParameter, onRegistry, ecrError("InvalidParameterException", "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression'")},
	{"malformed_policy", MalformedPolicy, onConsumer, iamError(400, "MalformedPolicyDocument", "Syntax errors in policy.")},
	{"limit_exceeded", LimitExceeded, onConsumer, iamError(409, "LimitExceeded", "Maximum policy size of 10240 bytes exceeded for role ecsTaskExecutionRole")},
	{"unmodifiable", Unmodifiable, onConsumer, iamError(400, "UnmodifiableEntity", "Cannot perform the operation on the protected role 'AWSServiceRoleForECS' - this role is only modifiable by AWS")},
	{"throttled", Throttled, onRegistry, ecrError("ThrottlingException", "Rate exceeded")},
	{"expired", Expired, askingIdentity, ecrError("ExpiredTokenException", "The security token included in the request is expired")},
	{"expired_sso", Expired, onRegistry, fixed(&CredentialsError{Cause: fmt.Errorf("failed to refresh cached credentials, %w", &ssocreds.InvalidTokenError{Err: errors.New("token expired")})})},
	{"invalid_credentials", InvalidCredentials, askingIdentity, ecrError("UnrecognizedClientException", "The security token included in the request is invalid.")},
	{"unreachable", Unreachable, onRegistry, fixed(&smithyhttp.RequestSendError{Err: &url.Error{Op: "Post", URL: "https://api.ecr.us-esat-1.amazonaws.com/", Err: errors.New("dial tcp: lookup api.ecr.us-esat-1.amazonaws.com: no such host")}})},
	{"failed", Failed, changingRegistry, hit(fault.ServerError())},
	{"failed_without_words", Failed, onRegistry, hit(fault.Page(http.StatusBadGateway))},
	{"unreadable_refusal", Unreadable, onRegistry, hit(fault.Page(http.StatusProxyAuthRequired))},
	{"unreadable_refusal_consumer", Unreadable, onConsumer, hitIAM(fault.Page(http.StatusProxyAuthRequired))},
	{"unsupported", Unsupported, Attempt{Doing: "read the account setting REGISTRY_POLICY_SCOPE", Region: "us-east-1", Side: RegistrySide}, ecrError("UnknownOperationException", "")},
	{"canceled", Canceled, changingRegistry, fixed(&smithy.CanceledError{Err: context.Canceled})},
	{"other", Other, onRegistry, ecrError("KmsException", "The KMS key is gone")},
}

func TestDetail(t *testing.T) {
	t.Parallel()
	for _, test := range failures {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cause := test.err(t)
			err := Explain(cause, test.attempt)
			var explained *Error
			if !errors.As(err, &explained) {
				t.Fatalf("Explain returned %T", err)
			}
			if explained.Kind != test.kind {
				t.Errorf("kind %q, want %q, of: %v", explained.Kind, test.kind, cause)
			}
			if !errors.Is(err, cause) {
				t.Error("the SDK's error is lost")
			}
			golden.Compare(t, filepath.Join("testdata", "detail", test.name+".txt"), explained.Summary()+"\n\n"+explained.Detail()+"\n")
			if title, detail := Describe(fmt.Errorf("wrapped: %w", err), ""); title != explained.Summary() || detail != explained.Detail() {
				t.Error("Describe gives other texts")
			}
		})
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	if err := Explain(nil, onRegistry); err != nil {
		t.Errorf("Explain(nil) = %v", err)
	}
	first := Explain(errors.New("broken"), onRegistry)
	wrapped := fmt.Errorf("while planning: %w", first)
	if again := Explain(wrapped, onConsumer); again != wrapped { //nolint:errorlint // The very same error is wanted.
		t.Errorf("Explain of an explained error = %v, want it as it is", again)
	}
	if got, want := first.Error(), "could not read the policy of the repository payment-service: broken"; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
	if title, detail := Describe(errors.New("broken"), "Could not plan"); title != "Could not plan" || detail != "broken" {
		t.Errorf("Describe = %q, %q", title, detail)
	}
}

func TestKindOf(t *testing.T) {
	t.Parallel()
	apiError := func(code string) error { return &smithy.GenericAPIError{Code: code, Message: "text"} }
	tests := map[string]struct {
		err  error
		want Kind
	}{
		"nil":                   {nil, Other},
		"not AWS's":             {errors.New("broken"), Other},
		"explained":             {fmt.Errorf("wrapped: %w", &Error{Kind: Throttled, Cause: errors.New("x")}), Throttled},
		"ECR's type":            {&ecrtypes.RepositoryPolicyNotFoundException{}, PolicyNotFound},
		"IAM's type":            {&iamtypes.UnmodifiableEntityException{}, Unmodifiable},
		"deadline":              {context.DeadlineExceeded, Canceled},
		"IAM throttles":         {apiError("Throttling"), Throttled},
		"an expired request":    {apiError("RequestExpired"), Expired},
		"a wrong secret key":    {apiError("SignatureDoesNotMatch"), InvalidCredentials},
		"a bad web identity":    {apiError("InvalidIdentityToken"), InvalidCredentials},
		"IAM's bad parameter":   {apiError("ValidationError"), InvalidParameter},
		"IAM's unknown action":  {apiError("InvalidAction"), Unsupported},
		"no Organizations here": {apiError("UnsupportedAPIEndpointException"), Unsupported},
		"a role without access": {&CredentialsError{Cause: apiError("AccessDenied")}, AccessDenied},
		"an expired source":     {&CredentialsError{Cause: apiError("ExpiredToken")}, Expired},
		"STS not reachable":     {&CredentialsError{Cause: &smithyhttp.RequestSendError{Err: errors.New("refused")}}, Unreachable},
		"no metadata service":   {&CredentialsError{Cause: &smithy.OperationError{ServiceID: "ec2imds", Err: &smithyhttp.RequestSendError{Err: errors.New("refused")}}}, NoCredentials},
		"STS's surprise":        {&CredentialsError{Cause: apiError("Unforeseen")}, Other},
		"an ended SSO session":  {&CredentialsError{Cause: apiError("UnauthorizedException")}, Expired},
		"a broken process":      {&CredentialsError{Cause: errors.New("exit status 1")}, NoCredentials},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := KindOf(test.err); got != test.want {
				t.Errorf("KindOf(%v) = %q, want %q", test.err, got, test.want)
			}
		})
	}
}

// TestErrorsThatWrap pins the texts of the errors that package awsapi makes of others.
func TestErrorsThatWrap(t *testing.T) {
	t.Parallel()
	denied := &smithy.GenericAPIError{Code: "AccessDenied", Message: "Not authorized to perform sts:AssumeRoleWithWebIdentity with key secret"}
	redact := func(text string) string { return strings.ReplaceAll(text, "secret", "(hidden)") }
	broken := &ConfigError{Summary: "Missing profile", Problem: "There is no profile.", Remedy: "Add it.", Cause: errors.New("no file")}
	for name, test := range map[string]struct {
		err                    error
		text, message, summary string
		detail                 []string
	}{
		"a configuration": {
			err: broken, text: "There is no profile. Add it. The cause: no file", message: "no file", summary: "Missing profile",
			detail: []string{"The call was not made. There is no profile.", "What to do: Add it.", "The error: no file"},
		},
		"a configuration without a cause": {
			err: &ConfigError{Summary: "Missing profile", Problem: "There is no profile.", Remedy: "Add it."}, text: "There is no profile. Add it.",
			message: "There is no profile.", summary: "Missing profile", detail: []string{"What to do: Add it."},
		},
		"a web identity of a chain": {
			err: &RedactedError{Redact: redact, Cause: &CredentialsError{
				Role:  Role{ARN: "arn:aws:iam::987654321098:role/deploy", NamedBy: "assume_role"},
				Cause: &CredentialsError{Role: Role{ARN: "arn:aws:iam::111111111111:role/web", NamedBy: "AWS_ROLE_ARN"}, Cause: denied},
			}},
			text:    "api error AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity with key (hidden)",
			message: "AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity with key (hidden)", summary: "Could not act: access denied",
			detail: []string{"tried to assume the role arn:aws:iam::111111111111:role/web (from AWS_ROLE_ARN)", "identity provider that issued the token"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			explained := &Error{Attempt: Attempt{Doing: "act"}, Kind: KindOf(test.err), Cause: test.err}
			got := []string{test.err.Error(), Message(test.err), explained.Summary()}
			if diff := cmp.Diff([]string{test.text, test.message, test.summary}, got); diff != "" {
				t.Errorf("text, message and summary (-want +got):\n%s", diff)
			}
			for _, want := range test.detail {
				if detail := explained.Detail(); !strings.Contains(detail, want) {
					t.Errorf("Detail() lacks %q:\n%s", want, detail)
				}
			}
		})
	}
	if title, detail := Describe(fmt.Errorf("wrapped: %w", broken), "Other"); title != broken.Summary || detail != broken.Error() {
		t.Errorf("Describe = %q, %q", title, detail)
	}
}

// A new kind needs advice of its own, not that of an unknown error.
func TestEveryKindHasAdvice(t *testing.T) {
	t.Parallel()
	kinds := constantsOfType(t, "kind.go", "Kind")
	if len(kinds) < 21 {
		t.Fatalf("found only the kinds %q", kinds)
	}
	for _, kind := range kinds {
		var cause error = &smithy.GenericAPIError{Code: "AnyCode"}
		if Kind(kind) == Configuration {
			cause = &ConfigError{Problem: "There is no region.", Remedy: "Set it."}
		}
		a := adviceFor(&Error{Kind: Kind(kind), Cause: cause}, "any text")
		if a.happened == "" || a.now == "" || a == adviceByKind[Other] != (Kind(kind) == Other) {
			t.Errorf("the advice of %q is %+v", kind, a)
		}
	}
}

// constantsOfType returns the values of the string constants of one type in a file.
func constantsOfType(t *testing.T, name, typeName string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if ident, named := spec.Type.(*ast.Ident); !named || ident.Name != typeName {
			return true
		}
		for _, value := range spec.Values {
			if literal, isLiteral := value.(*ast.BasicLit); isLiteral {
				text, err := strconv.Unquote(literal.Value)
				if err != nil {
					t.Fatal(err)
				}
				values = append(values, text)
			}
		}
		return true
	})
	return values
}

func TestMayHaveTakenEffect(t *testing.T) {
	t.Parallel()
	answered := func(status int, err error) error {
		return &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}}, Err: err}
	}
	refused := &smithy.GenericAPIError{Code: "AccessDenied"}
	for name, test := range map[string]struct {
		err  error
		want bool
	}{
		"success":                 {nil, false},
		"refused":                 {answered(403, refused), false},
		"refused, explained":      {Explain(answered(403, refused), onConsumer), false},
		"refused, without status": {refused, false},
		"failed inside AWS":       {answered(500, &smithy.GenericAPIError{Code: "ServiceFailure"}), true},
		"failed, explained":       {Explain(answered(503, errors.New("no body")), onConsumer), true},
		"an answer cut short":     {answered(200, errors.New("unexpected EOF")), true},
		"a proxy's refusal":       {answered(407, errors.New("no body")), false},
		"connection lost":         {&smithyhttp.RequestSendError{Err: errors.New("connection reset by peer")}, true},
		"no time left":            {&smithy.CanceledError{Err: context.DeadlineExceeded}, true},
		"no credentials":          {&CredentialsError{Cause: &smithyhttp.RequestSendError{Err: errors.New("refused")}}, false},
		"configuration":           {&ConfigError{Problem: "There is no region."}, false},
		"an interrupted retry":    {&aws.RequestCanceledError{Err: context.Canceled}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := MayHaveTakenEffect(test.err); got != test.want {
				t.Errorf("got %t for %v", got, test.err)
			}
		})
	}
}

// TestDetailWithoutPlace pins the place in the text if little is known about it.
func TestDetailWithoutPlace(t *testing.T) {
	t.Parallel()
	for want, attempt := range map[string]Attempt{
		"The provider tried to act. ":                         {Doing: "act"},
		"The provider tried to act (account 123456789012). ":  {Doing: "act", Account: "123456789012"},
		"The provider tried to act (Region eu-west-1). ":      {Doing: "act", Region: "eu-west-1"},
		"The provider tried to act (consumer account 123). ":  {Doing: "act", Account: "123", Side: ConsumerSide},
		"The provider tried to act (account 123, Region x). ": {Doing: "act", Account: "123", Region: "x"},

		"The provider tried to act (account 123, the account of the credentials). ": {Doing: "act", Account: "123", Side: ConsumerSide, OwnAccount: true},
	} {
		explained := &Error{Attempt: attempt, Kind: Other, Cause: errors.New("broken")}
		if got := explained.Detail(); !strings.HasPrefix(got, want) {
			t.Errorf("Detail() begins %q, want %q", got, want)
		}
	}
}

func fixed(err error) func(*testing.T) error {
	return func(*testing.T) error { return err }
}

// service is a fake AWS that answers every call with the same error.
func service(t *testing.T, contentType string, status int, body string) string {
	t.Helper()
	return serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("X-Amzn-Requestid", "11111111-2222-3333-4444-555555555555")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
}

func TestCode(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"AccessDenied": Explain(&smithy.GenericAPIError{Code: "AccessDenied"}, Attempt{}),
		`Access\x1b`:   &smithy.GenericAPIError{Code: "Access\x1b"},
		"":             errors.New("broken"),
	} {
		if got := Code(err); got != want {
			t.Errorf("Code(%v) = %q, want %q", err, got, want)
		}
	}
}

// serve returns the URL of a server.
func serve(t *testing.T, handler http.Handler) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// xmlError is the error answer of IAM and STS.
func xmlError(t *testing.T, status int, code, message string) string {
	t.Helper()
	return service(t, "text/xml", status, fmt.Sprintf(`<ErrorResponse><Error><Code>%s</Code><Message>%s</Message></Error>`+
		`<RequestId>11111111-2222-3333-4444-555555555555</RequestId></ErrorResponse>`, code, message))
}

// clientConfig configures clients that call the URL, once.
func clientConfig(endpoint string) aws.Config {
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: &endpoint, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("AKIAEXAMPLE", "the-secret-key-of-the-test", ""),
	}
}

// callECR returns the error of an ECR call to the URL.
func callECR(t *testing.T, endpoint string) error {
	t.Helper()
	_, err := ecr.NewFromConfig(clientConfig(endpoint)).GetRepositoryPolicy(t.Context(), &ecr.GetRepositoryPolicyInput{RepositoryName: aws.String("payment-service")})
	return err
}

// callIAM returns the error of an IAM call to the URL.
func callIAM(t *testing.T, endpoint string) error {
	t.Helper()
	_, err := iam.NewFromConfig(clientConfig(endpoint)).GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("ecsTaskExecutionRole")})
	return err
}

// ecrError returns the error of an ECR call that gets an error response.
func ecrError(code, message string) func(*testing.T) error {
	return func(t *testing.T) error {
		t.Helper()
		return callECR(t, service(t, "application/x-amz-json-1.1", http.StatusBadRequest, fmt.Sprintf(`{"__type":%q,"message":%q}`, code, message)))
	}
}

// iamError returns the error of an IAM call that gets an error response.
func iamError(status int, code, message string) func(*testing.T) error {
	return func(t *testing.T) error {
		t.Helper()
		return callIAM(t, xmlError(t, status, code, message))
	}
}

// roleError returns the error of a call for which a role could not be assumed:
// the error of an STS call that gets an error response.
func roleError(code, message string) func(*testing.T) error {
	return func(t *testing.T) error {
		t.Helper()
		role := Role{ARN: "arn:aws:iam::987654321098:role/deploy", NamedBy: "assume_role in the provider block"}
		_, err := sts.NewFromConfig(clientConfig(xmlError(t, http.StatusForbidden, code, message))).AssumeRole(t.Context(), &sts.AssumeRoleInput{
			RoleArn: &role.ARN, RoleSessionName: aws.String("session"),
		})
		return &CredentialsError{Role: role, Cause: err}
	}
}

// hit returns the error of an ECR call that a fault hits.
func hit(failure fault.Fault) func(*testing.T) error {
	return func(t *testing.T) error {
		t.Helper()
		return callECR(t, serve(t, fault.New(http.NotFoundHandler(), 1, fault.Rule{Fault: failure})))
	}
}

// hitIAM returns the error of an IAM call that a fault hits.
func hitIAM(failure fault.Fault) func(*testing.T) error {
	return func(t *testing.T) error {
		t.Helper()
		return callIAM(t, serve(t, fault.New(http.NotFoundHandler(), 1, fault.Rule{Fault: failure})))
	}
}
