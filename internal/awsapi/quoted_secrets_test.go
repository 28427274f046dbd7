// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials/logincreds"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
)

// canary is in every secret of these tests. It is searched, and not the whole secret,
// so that a part of a secret is found too, and a secret that is escaped.
const canary = "canary77"

// canarySecret has characters that URLs and JSON escape.
const canarySecret = "wJalr/" + canary + "+<key>="

// shows reports whether a text has the canary, as it is or inside something in Base64.
func shows(text string) bool {
	text = strings.ToLower(text)
	if strings.Contains(text, canary) || strings.Contains(text, hex.EncodeToString([]byte(canary))) {
		return true
	}
	for offset := range 3 { // The letters depend on the position of the canary.
		encoded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", offset) + canary))
		if strings.Contains(text, strings.ToLower(strings.TrimRight(encoded, "=")[offset+1:len(canary)])) {
			return true
		}
	}
	return false
}

// A quoting is a source of secrets that cannot be read, so that a parser would quote it.
type quoting struct {
	arrange func(*testing.T) Config
	names   []string // what the texts name, so that the user finds the source
}

// TestWhatCannotBeReadIsNotQuoted: whatever is wrong with a source of secrets, no text
// repeats it, and an error names the source.
func TestWhatCannotBeReadIsNotQuoted(t *testing.T) {
	for kind, quotings := range map[string]map[string]quoting{
		"credential_process":    processQuotings(),
		"IAM Identity Center":   ssoQuotings(),
		"aws login":             loginQuotings(),
		"shared files":          sharedFileQuotings(),
		"endpoints":             endpointQuotings(),
		"proxies":               proxyQuotings(),
		"container credentials": containerQuotings(),
		"instance metadata":     metadataQuotings(),
		"STS":                   stsQuotings(),
		"misplaced":             misplacedQuotings(),
	} {
		for name, source := range quotings {
			t.Run(kind+"/"+name, func(t *testing.T) {
				home := t.TempDir()
				t.Setenv("HOME", home)
				t.Setenv("AWS_REGION", "us-east-1")
				texts := said(t, source.arrange(t))
				var all strings.Builder
				for where, text := range texts {
					all.WriteString(text)
					if shows(text) {
						t.Errorf("the secret is shown by %s:\n%s", where, text)
					}
				}
				for _, want := range source.names {
					if !strings.Contains(all.String(), want) {
						t.Errorf("no text says %q:\n%s", want, all.String())
					}
				}
			})
		}
	}
}

func processQuotings() map[string]quoting {
	valid := `{"Version":1,"AccessKeyId":"AKIAEXAMPLE","SecretAccessKey":"` + canarySecret + `","SessionToken":"` + canarySecret + `"`
	outputs := map[string]string{
		"chatter before the JSON":   "Signing in...\n" + valid + "}",
		"chatter after the JSON":    valid + "}\n" + canarySecret,
		"two objects":               valid + "}" + valid + "}",
		"cut short":                 valid,
		"no JSON":                   "AWS_SECRET_ACCESS_KEY=" + canarySecret + "\n",
		"expiration is no time":     valid + `,"Expiration":"` + canarySecret + `"}`,
		"expiration is a number":    valid + `,"Expiration":1}`,
		"version is a text":         `{"Version":"` + canarySecret + `"}`,
		"version 2":                 strings.Replace(valid, `:1,`, `:2,`, 1) + "}",
		"no version":                strings.Replace(valid, `"Version":1,`, ``, 1) + "}",
		"no access key ID":          strings.Replace(valid, `AccessKeyId`, canary, 1) + "}",
		"secret key is an object":   `{"Version":1,"AccessKeyId":"AKIAEXAMPLE","SecretAccessKey":{"` + canarySecret + `":1}}`,
		"number with many digits":   `{"Version":1` + canary + `}`,
		"a list":                    `["` + canarySecret + `"]`,
		"a text":                    `"` + canarySecret + `"`,
		"nothing":                   "",
		"a byte order mark":         "\ufeff" + valid + "}",
		"text that is not in UTF-8": valid + "\xff}",
	}
	quotings := map[string]quoting{}
	for name, output := range outputs {
		quotings[name] = quoting{func(t *testing.T) Config {
			return Config{SharedConfigFiles: []string{writeFile(t, "[default]\ncredential_process = cat "+writeFile(t, output)+"\n")}}
		}, []string{"credential_process", "profile default", "program cat", "Version"}}
	}
	quotings["in a chain of roles"] = quoting{func(t *testing.T) Config {
		return Config{Profile: "deploy", SharedConfigFiles: []string{writeFile(t, "[profile deploy]\nsource_profile = keys\nrole_arn = arn:aws:iam::987654321098:role/deploy\n"+
			"[profile keys]\ncredential_process = cat "+writeFile(t, outputs["no JSON"])+"\n")}}
	}, []string{"credential_process", "profile keys", "program cat"}}
	for name, process := range map[string]struct {
		command string
		names   []string
	}{
		"fails with the secret in its output": {"sh -c 'echo " + canary + "; echo " + canary + " >&2; exit 3'", []string{"program sh", "exit status 3"}},
		"does not exist":                      {"/nowhere/" + "tool --password " + canary, []string{"program /nowhere/tool", "exit status 127"}},
		"secret in its arguments":             {"false --password " + canary, []string{"program false", "exit status 1"}},
		"secret in front of it":               {"PASSWORD=" + canary + " false", []string{"credential_process", "exit status 1"}},
		"secret instead of it":                {`{"SecretAccessKey":"` + canary + `"}`, []string{"credential_process"}},
		"succeeds and writes to stderr":       {"sh -c 'echo " + canary + " >&2; echo {\\\"Version\\\":1,\\\"AccessKeyId\\\":\\\"AKIAEXAMPLE\\\",\\\"SecretAccessKey\\\":\\\"" + canary + "\\\"}'", nil},
	} {
		quotings[name] = quoting{func(t *testing.T) Config {
			fake := newFakeAWS(t, nil)
			return Config{
				SharedConfigFiles: []string{writeFile(t, "[default]\ncredential_process = "+process.command+"\n")},
				Endpoints:         Endpoints{ECR: fake.URL, IAM: fake.URL, STS: fake.URL},
			}
		}, process.names}
	}
	return quotings
}

const ssoConfig = `[profile legacy]
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1
sso_account_id = 987654321098
sso_role_name = deploy
[profile session]
sso_session = example
sso_account_id = 987654321098
sso_role_name = deploy
[sso-session example]
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1
`

func ssoQuotings() map[string]quoting {
	later, earlier := time.Now().Add(time.Hour).UTC().Format(time.RFC3339), time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)
	quotings := map[string]quoting{}
	for profile, key := range map[string]string{"legacy": "https://example.awsapps.com/start", "session": "example"} {
		for name, content := range map[string]string{
			"chatter":                   "signed in\n" + `{"accessToken":"` + canarySecret + `"}`,
			"cut short":                 `{"accessToken":"` + canarySecret,
			"token is an object":        `{"accessToken":{"` + canarySecret + `":1}}`,
			"expiresAt is a token":      `{"accessToken":"x","expiresAt":"` + canarySecret + `"}`,
			"number":                    `{"accessToken":1` + canary + `}`,
			"key is a token":            `{"` + canarySecret + `":1,"accessToken":1}`,
			"no token":                  `{"refreshToken":"` + canarySecret + `"}`,
			"expired":                   `{"accessToken":"` + canarySecret + `","expiresAt":"` + earlier + `"}`,
			"AWS repeats the token":     `{"accessToken":"` + canarySecret + `","expiresAt":"` + later + `"}`,
			"refreshed, AWS repeats it": `{"accessToken":"` + canarySecret + `","expiresAt":"` + earlier + `","refreshToken":"` + canarySecret + `","clientId":"c","clientSecret":"` + canarySecret + `"}`,
		} {
			quotings[profile+"/"+name] = quoting{func(t *testing.T) Config {
				path, err := ssocreds.StandardCachedTokenFilepath(key)
				if err != nil {
					t.Fatal(err)
				}
				path = filepath.Join(os.Getenv("HOME"), ".aws", "sso", "cache", filepath.Base(path))
				writeAt(t, path, content)
				signInAt(t, repeating(t))
				return Config{Profile: profile, SharedConfigFiles: []string{writeFile(t, ssoConfig)}}
			}, nil}
		}
	}
	quotings["no credentials"] = quoting{func(t *testing.T) Config {
		path, err := ssocreds.StandardCachedTokenFilepath("https://example.awsapps.com/start")
		if err != nil {
			t.Fatal(err)
		}
		writeAt(t, filepath.Join(os.Getenv("HOME"), ".aws", "sso", "cache", filepath.Base(path)), `{"accessToken":"`+canarySecret+`","expiresAt":"`+later+`"}`)
		signInAt(t, newFakeAWS(t, func(call) reply { return reply{200, `{"` + canarySecret + `":1}`} }).URL)
		return Config{Profile: "legacy", SharedConfigFiles: []string{writeFile(t, ssoConfig)}}
	}, nil}
	for name, source := range quotings {
		switch {
		case strings.HasSuffix(name, "AWS repeats the token"):
			source.names = []string{"ForbiddenException: ", "(hidden)"}
			quotings[name] = source
		case strings.Contains(name, "/") && !strings.Contains(name, "AWS repeats"):
			source.names = []string{"aws sso login --profile " + strings.Split(name, "/")[0], filepath.Join(".aws", "sso", "cache")}
			quotings[name] = source
		}
	}
	return quotings
}

// signInAt sets the endpoints with which users sign in. The SDK creates their clients before
// it reads AWS_ENDPOINT_URL.
func signInAt(t *testing.T, address string) {
	t.Helper()
	for _, service := range []string{"SSO", "SSO_OIDC", "SIGNIN"} {
		t.Setenv("AWS_ENDPOINT_URL_"+service, address)
	}
}

// repeating returns the URL of a server that refuses everything, and repeats the
// secrets in all forms that a service might use.
func repeating(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusForbidden)
		_, _ = fmt.Fprintf(w, `{"__type":"ForbiddenException","code":"Forbidden","error":"invalid_grant","message":%q,"error_description":%[1]q}`, inAllForms(canarySecret))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// inAllForms returns a secret as it is, and encoded in all ways.
func inAllForms(secret string) string {
	once := []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret), strings.ToLower(url.QueryEscape(secret)), html.EscapeString(secret),
		strings.Trim(strconv.Quote(secret), `"`), strings.Trim(strconv.QuoteToASCII(secret), `"`), inJSON(secret), strings.ReplaceAll(secret, "/", `\/`),
		numericEntities(secret, "&#%d;"), numericEntities(secret, "&#x%02X;"), strings.ToUpper(secret), strings.ReplaceAll(secret, "+", " "),
		hex.EncodeToString([]byte(secret)), strings.ToUpper(hex.EncodeToString([]byte(secret))),
		base64.StdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret)),
	}
	all := once
	for _, form := range once {
		all = append(all, inJSON(form), html.EscapeString(form))
		if !strings.ContainsAny(form, `\&`) { // URLs have neither JSON nor HTML in them.
			all = append(all, url.QueryEscape(form))
		}
	}
	return strings.Join(all, " ")
}

func inJSON(text string) string {
	quoted, _ := json.Marshal(text)
	return strings.Trim(string(quoted), `"`)
}

// numericEntities returns a text as some template languages escape it for HTML.
func numericEntities(text, form string) string {
	var b strings.Builder
	for _, r := range text {
		if strings.ContainsRune(`<>&"'/=+`+"`", r) {
			fmt.Fprintf(&b, form, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func loginQuotings() map[string]quoting {
	quotings := map[string]quoting{}
	for name, content := range map[string]string{
		"chatter":            "signed in\n" + `{"refreshToken":"` + canarySecret + `"}`,
		"cut short":          `{"refreshToken":"` + canarySecret,
		"token is an object": `{"refreshToken":{"` + canarySecret + `":1}}`,
		"null":               `null`,
		"key is no key":      `{"accessToken":{"accessKeyId":"AKIAEXAMPLE","secretAccessKey":"` + canarySecret + `","sessionToken":"` + canarySecret + `","accountId":"987654321098","expiresAt":"2026-01-31T12:00:00Z"},"clientId":"c","refreshToken":"` + canarySecret + `","dpopKey":"` + canarySecret + `"}`,
		"bad time":           `{"refreshToken":"` + canarySecret + `","accessToken":{"accessKeyId":"AKIAEXAMPLE","expiresAt":"` + canarySecret + `"}}`,
	} {
		quotings[name] = quoting{func(t *testing.T) Config {
			folder := t.TempDir()
			t.Setenv("AWS_LOGIN_CACHE_DIRECTORY", folder)
			signInAt(t, repeating(t))
			path, err := logincreds.StandardCachedTokenFilepath("arn:aws:iam::987654321098:user/ann", folder)
			if err != nil {
				t.Fatal(err)
			}
			writeAt(t, path, content)
			return Config{Profile: "ann", SharedConfigFiles: []string{writeFile(t, "[profile ann]\nlogin_session = arn:aws:iam::987654321098:user/ann\n")}}
		}, []string{"aws login --profile ann"}}
	}
	return quotings
}

func sharedFileQuotings() map[string]quoting {
	quotings := map[string]quoting{}
	secretLine := " aws_secret_access_key = " + canarySecret + "\n"
	for name, content := range map[string]string{
		"after retry_mode":        "[default]\nretry_mode = standard" + secretLine,
		"after max_attempts":      "[default]\nmax_attempts = 3" + secretLine,
		"after use_fips_endpoint": "[default]\nuse_fips_endpoint = true" + secretLine,
		"after defaults_mode":     "[default]\ndefaults_mode = standard" + secretLine,
		"after source_profile":    "[default]\nrole_arn = arn:aws:iam::987654321098:role/deploy\nsource_profile = keys" + secretLine,
		"after credential_source": "[default]\nrole_arn = arn:aws:iam::987654321098:role/deploy\ncredential_source = Environment" + secretLine,
		"after sso_session":       "[default]\nsso_session = example" + secretLine + "sso_account_id = 987654321098\nsso_role_name = deploy\n",
		"after role_arn":          "[default]\nsource_profile = keys\nrole_arn = arn:aws:iam::987654321098:role/deploy" + secretLine + "[profile keys]\n[keys]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = x\n",
		"after the profile":       "[default]" + secretLine,
		"no closing bracket":      "[default\naws_access_key_id = AKIAEXAMPLE\n" + secretLine,
		"no equals sign":          "[default]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key " + canarySecret + "\n",
		"no profile":              secretLine,
		"colon":                   "[default]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key : " + canarySecret + "\n",
		"secret as a profile":     "[" + canarySecret + "\n",
		"indented":                "[default]\naws_access_key_id = AKIAEXAMPLE\n  " + secretLine,

		"misspelt, after source_profile":                 "[default]\nrole_arn = arn:aws:iam::987654321098:role/deploy\nsource_profile = keys aws_secret_key = " + canarySecret + "\n",
		"with a comment, after source_profile":           "[default]\nrole_arn = arn:aws:iam::987654321098:role/deploy\nsource_profile = keys aws_secret_access_key = " + canarySecret + " # old\n",
		"after region":                                   "[default]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = other-secret\nregion = us-east-1 " + canarySecret + "\n",
		"carriage return, after web_identity_token_file": "[default]\nrole_arn = arn:aws:iam::987654321098:role/deploy\nweb_identity_token_file = /nowhere\rpassword = " + canarySecret + "\n",
	} {
		quotings["configuration file/"+name] = quoting{func(t *testing.T) Config {
			return Config{SharedConfigFiles: []string{writeFile(t, content)}, Endpoints: Endpoints{STS: repeatingSTS(t)}}
		}, nil}
		quotings["credentials file/"+name] = quoting{func(t *testing.T) Config {
			return Config{SharedCredentialsFiles: []string{writeFile(t, content)}, Endpoints: Endpoints{STS: repeatingSTS(t)}}
		}, nil}
	}
	for _, setting := range []string{"retry_mode", "max_attempts", "defaults_mode"} {
		source := quotings["configuration file/after "+setting]
		source.names = []string{setting, "profile default"}
		quotings["configuration file/after "+setting] = source
	}
	for _, variable := range []string{"AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE", "AWS_USE_FIPS_ENDPOINT", "AWS_ENABLE_ENDPOINT_DISCOVERY"} {
		quotings[variable] = quoting{func(t *testing.T) Config {
			t.Setenv(variable, canarySecret)
			return Config{}
		}, []string{variable}}
	}
	return quotings
}

// repeatingSTS returns the URL of an STS that repeats the role that is to be assumed.
func repeatingSTS(t *testing.T) string {
	t.Helper()
	return newFakeAWS(t, func(c call) reply {
		return xmlError(400, "ValidationError", "Value '"+strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(c.Form.Get("RoleArn"))+"' at 'roleArn' failed to satisfy constraint")
	}).URL
}

// urlForms are URLs with a secret. None leads to a server.
var urlForms = map[string]string{
	"password":                "http://user:" + canary + "@127.0.0.1:1/path",
	"user name":               "http://" + canary + "@127.0.0.1:1/path",
	"escaped password":        "http://user:%2F" + canary + "%3C@127.0.0.1:1/path",
	"query":                   "http://127.0.0.1:1/path?X-Amz-Signature=" + canary,
	"fragment":                "http://127.0.0.1:1/path#" + canary,
	"path in the password":    "http://user:" + canary + "/rest@127.0.0.1:1",
	"space in the password":   "http://user:" + canary + " rest@127.0.0.1:1",
	"percent sign":            "http://user:" + canary + "%zz@127.0.0.1:1",
	"control character":       "http://user:" + canary + "\x7f@127.0.0.1:1",
	"question mark":           "http://user:" + canary + "?rest@127.0.0.1:1",
	"number sign":             "http://user:" + canary + "#rest@127.0.0.1:1",
	"bracket":                 "http://user:" + canary + "]@[127.0.0.1:1",
	"bad port":                "http://user:" + canary + "@127.0.0.1:port",
	"no scheme":               "user:" + canary + "@127.0.0.1:1",
	"no colon in the scheme":  "http//user:" + canary + "@127.0.0.1:1",
	"one slash in the scheme": "http:/user:" + canary + "@127.0.0.1:1",
	"unknown scheme":          "ftp://user:" + canary + "@127.0.0.1:1",
	"no host":                 "http://user:" + canary + "@",
}

func endpointQuotings() map[string]quoting {
	quotings := map[string]quoting{}
	for form, address := range urlForms {
		for name, cfg := range map[string]Config{
			"cloudtrail": {Endpoints: Endpoints{CloudTrail: address}}, "ecr": {Endpoints: Endpoints{ECR: address}}, "iam": {Endpoints: Endpoints{IAM: address}}, "organizations": {Endpoints: Endpoints{Organizations: address}}, "sts": {Endpoints: Endpoints{STS: address}},
		} {
			quotings[name+"/"+form] = quoting{func(*testing.T) Config {
				cfg.AccessKey, cfg.SecretKey = "AKIAEXAMPLE", blockSecret
				return cfg
			}, []string{"endpoint"}}
		}
		for _, variable := range []string{"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_CLOUDTRAIL", "AWS_ENDPOINT_URL_ECR", "AWS_ENDPOINT_URL_IAM", "AWS_ENDPOINT_URL_ORGANIZATIONS", "AWS_ENDPOINT_URL_STS"} {
			quotings[variable+"/"+form] = quoting{func(t *testing.T) Config {
				t.Setenv(variable, address)
				return Config{AccessKey: "AKIAEXAMPLE", SecretKey: blockSecret}
			}, []string{"AWS_ENDPOINT_URL"}}
		}
		for name, file := range map[string]string{
			"profile":  "[default]\nendpoint_url = URL\n",
			"services": "[default]\nservices = own\n[services own]\nsts =\n  endpoint_url = URL\n",
		} {
			quotings[name+"/"+form] = quoting{func(t *testing.T) Config {
				return Config{AccessKey: "AKIAEXAMPLE", SecretKey: blockSecret, SharedConfigFiles: []string{writeFile(t, strings.ReplaceAll(file, "URL", address))}}
			}, nil}
		}
		for _, variable := range []string{"AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC"} {
			quotings[variable+"/"+form] = quoting{func(t *testing.T) Config {
				t.Setenv(variable, address)
				expiry := map[bool]string{true: "2020-01-01T00:00:00Z", false: "2999-01-01T00:00:00Z"}[strings.HasSuffix(variable, "OIDC")]
				path, _ := ssocreds.StandardCachedTokenFilepath("example")
				writeAt(t, filepath.Join(os.Getenv("HOME"), ".aws", "sso", "cache", filepath.Base(path)),
					`{"accessToken":"`+canarySecret+`","expiresAt":"`+expiry+`","refreshToken":"r","clientId":"c","clientSecret":"s"}`)
				return Config{Profile: "session", SharedConfigFiles: []string{writeFile(t, ssoConfig)}}
			}, nil}
		}
	}
	return quotings
}

func proxyQuotings() map[string]quoting {
	quotings := map[string]quoting{}
	for form, address := range urlForms {
		for _, variable := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
			quotings[variable+"/"+form] = quoting{func(t *testing.T) Config {
				t.Setenv("HTTPS_PROXY", "")
				t.Setenv(variable, address)
				cfg := Config{AccessKey: "AKIAEXAMPLE", SecretKey: blockSecret}
				if strings.HasPrefix(strings.ToUpper(variable), "HTTP_") {
					cfg.Endpoints = Endpoints{ECR: "http://ecr.invalid", IAM: "http://iam.invalid", STS: "http://sts.invalid"}
				} else {
					cfg.Endpoints = Endpoints{ECR: "https://ecr.invalid", IAM: "https://iam.invalid", STS: "https://sts.invalid"}
				}
				return cfg
			}, []string{"proxy"}}
		}
		quotings["NO_PROXY/"+form] = quoting{func(t *testing.T) Config {
			t.Setenv("NO_PROXY", address)
			return Config{AccessKey: "AKIAEXAMPLE", SecretKey: blockSecret}
		}, nil}
	}
	quotings["refuses and repeats the password"] = quoting{func(t *testing.T) Config {
		t.Setenv("HTTPS_PROXY", strings.Replace(rawServer(t, "HTTP/1.1 407 no "+canary+"\r\nProxy-Authenticate: Basic "+canary+"\r\nContent-Length: 0\r\n\r\n"), "//", "//user:"+canary+"@", 1))
		return Config{AccessKey: "AKIAEXAMPLE", SecretKey: blockSecret}
	}, []string{"407"}}
	return quotings
}

// rawServer returns the URL of a server that writes the same bytes to each connection.
func rawServer(t *testing.T, response string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = connection.Read(make([]byte, 1<<16))
			_, _ = io.WriteString(connection, response)
			_ = connection.Close()
		}
	}()
	return "http://" + listener.Addr().String()
}

// keysOutputs are responses of services that hand out keys as JSON.
func keysOutputs() map[string]string {
	valid := `{"Code":"Success","AccessKeyId":"AKIAEXAMPLE","SecretAccessKey":"` + canarySecret + `","Token":"` + canarySecret + `"`
	return map[string]string{
		"chatter":               canary + "\n" + valid + "}",
		"cut short":             valid,
		"expiration is no time": valid + `,"Expiration":"` + canarySecret + `"}`,
		"key is an object":      `{"Code":"Success","AccessKeyId":"AKIAEXAMPLE","SecretAccessKey":{"` + canarySecret + `":1}}`,
		"number":                `{"Code":1` + canary + `}`,
		"failure":               `{"Code":"` + canary + `","Message":"` + canarySecret + `"}`,
		"nothing":               ``,
	}
}

func containerQuotings() map[string]quoting {
	const variable = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
	quotings := map[string]quoting{}
	for form, address := range urlForms {
		quotings["address/"+form] = quoting{func(t *testing.T) Config {
			t.Setenv(variable, address)
			return Config{}
		}, []string{variable}}
	}
	quotings["relative address"] = quoting{func(t *testing.T) Config {
		t.Setenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/path%zz?token="+canary)
		t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
		return Config{}
	}, []string{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"}}
	for name, output := range keysOutputs() {
		for _, status := range []int{200, 403, 500} {
			names := []string{variable}
			if status == 200 && name == "failure" {
				names = nil // To the SDK, this is a response with empty keys.
			}
			quotings[fmt.Sprintf("response %d/%s", status, name)] = quoting{func(t *testing.T) Config {
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.WriteHeader(status)
					_, _ = io.WriteString(w, output)
				}))
				t.Cleanup(server.Close)
				t.Setenv(variable, server.URL+"/?"+canary)
				t.Setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", canarySecret)
				return Config{}
			}, names}
		}
	}
	quotings["response is not HTTP"] = quoting{func(t *testing.T) Config {
		t.Setenv(variable, rawServer(t, `{"SecretAccessKey":"`+canarySecret+`"}`+"\r\n\r\n"))
		return Config{}
	}, []string{variable}}
	quotings["response has a bad header"] = quoting{func(t *testing.T) Config {
		t.Setenv(variable, rawServer(t, "HTTP/1.1 200 OK\r\n"+`{"SecretAccessKey":"`+canarySecret+`"}`+"\r\n\r\n"))
		return Config{}
	}, []string{variable}}
	quotings["response has a bad status"] = quoting{func(t *testing.T) Config {
		t.Setenv(variable, rawServer(t, "HTTP/1.1 "+canary+" OK\r\n\r\n"))
		return Config{}
	}, []string{variable}}
	for name, content := range map[string]string{"two lines": canarySecret + "\n" + canarySecret, "control character": canarySecret + "\x01"} {
		quotings["token file/"+name] = quoting{func(t *testing.T) Config {
			t.Setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", writeFile(t, content))
			t.Setenv(variable, repeating(t))
			return Config{}
		}, []string{variable}}
	}
	quotings["the token is repeated"] = quoting{func(t *testing.T) Config {
		t.Setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", writeFile(t, canarySecret))
		t.Setenv(variable, repeating(t))
		return Config{}
	}, []string{variable, "403"}}
	return quotings
}

func metadataQuotings() map[string]quoting {
	quotings := map[string]quoting{}
	arrange := func(roles, keys string, status int) func(*testing.T) Config {
		return func(t *testing.T) Config {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch {
				case r.Method == http.MethodPut:
					w.Header().Set("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "21600")
					_, _ = io.WriteString(w, canarySecret)
				case strings.HasSuffix(r.URL.Path, "/security-credentials/"):
					_, _ = io.WriteString(w, roles)
				default:
					w.WriteHeader(status)
					_, _ = io.WriteString(w, keys)
				}
			}))
			t.Cleanup(server.Close)
			t.Setenv("AWS_EC2_METADATA_DISABLED", "false")
			t.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.URL)
			return Config{}
		}
	}
	for name, output := range keysOutputs() {
		quotings["keys/"+name] = quoting{arrange("role", output, 200), []string{"instance metadata"}}
		quotings["keys with status 500/"+name] = quoting{arrange("role", output, 500), []string{"instance metadata"}}
		quotings["list of roles/"+name] = quoting{arrange(output, "", 404), []string{"instance metadata"}}
	}
	for form, address := range urlForms {
		quotings["address/"+form] = quoting{func(t *testing.T) Config {
			t.Setenv("AWS_EC2_METADATA_DISABLED", "false")
			t.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", address)
			return Config{}
		}, []string{"instance metadata"}}
	}
	return quotings
}

func stsQuotings() map[string]quoting {
	role := []AssumeRole{{RoleARN: "arn:aws:iam::987654321098:role/deploy"}}
	quotings := map[string]quoting{}
	keys := `<AccessKeyId>AKIAEXAMPLE</AccessKeyId><SecretAccessKey>` + canary + `</SecretAccessKey><SessionToken>` + canary + `</SessionToken>`
	for name, body := range map[string]string{
		"expiration is no time": `<AssumeRoleResponse><AssumeRoleResult><Credentials>` + keys + `<Expiration>` + canary + `</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
		"entity":                `<AssumeRoleResponse><AssumeRoleResult><Credentials><SecretAccessKey>&` + canary + `;</SecretAccessKey>`,
		"bad tag":               `<AssumeRoleResponse><AssumeRoleResult><Credentials><SecretAccessKey></` + canary + `>`,
		"cut short":             `<AssumeRoleResponse><AssumeRoleResult><Credentials>` + keys,
		"plain text":            canary,
	} {
		for _, status := range []int{200, 403, 500} {
			quotings[fmt.Sprintf("%s, status %d", name, status)] = quoting{func(t *testing.T) Config {
				cfg := configFor(newFakeAWS(t, func(c call) reply {
					if c.Operation == "AssumeRole" {
						return reply{status, body}
					}
					return success(c)
				}))
				cfg.AssumeRole = role
				return cfg
			}, nil}
		}
	}
	for name, response := range map[string]string{
		"not HTTP":   "AccessKeyId " + canary + "\r\n\r\n",
		"bad header": "HTTP/1.1 200 OK\r\nAccessKeyId " + canary + "\r\n\r\n",
		"bad status": "HTTP/1.1 " + canary + "\r\n\r\n",
		"bad length": "HTTP/1.1 200 OK\r\nContent-Length: " + canary + "\r\n\r\n",
	} {
		quotings[name] = quoting{func(t *testing.T) Config {
			cfg := configFor(newFakeAWS(t, nil))
			cfg.Endpoints.STS = rawServer(t, response)
			cfg.AssumeRole = role
			return cfg
		}, nil}
	}
	for name, web := range map[string]func(*testing.T) AssumeRoleWithWebIdentity{
		"token": func(*testing.T) AssumeRoleWithWebIdentity {
			return AssumeRoleWithWebIdentity{WebIdentityToken: canarySecret}
		},
		"token file": func(t *testing.T) AssumeRoleWithWebIdentity {
			return AssumeRoleWithWebIdentity{WebIdentityTokenFile: writeFile(t, canarySecret+"\n")}
		},
		"two lines": func(t *testing.T) AssumeRoleWithWebIdentity {
			return AssumeRoleWithWebIdentity{WebIdentityTokenFile: writeFile(t, "token\n"+canarySecret+"\n")}
		},
	} {
		quotings["web identity "+name+" is repeated"] = quoting{func(t *testing.T) Config {
			cfg := configFor(newFakeAWS(t, func(c call) reply {
				said := c.Form.Get("WebIdentityToken") + " " + inAllForms(canarySecret)
				return xmlError(400, "InvalidIdentityToken", "Bad token: "+strings.NewReplacer("<", "&lt;", ">", "&gt;", "&", "&amp;").Replace(said))
			}))
			given := web(t)
			given.RoleARN = role[0].RoleARN
			cfg.AssumeRoleWithWebIdentity = &given
			return cfg
		}, []string{"InvalidIdentityToken"}}
	}
	return quotings
}

// misplacedQuotings are secrets that are set where something else is expected.
func misplacedQuotings() map[string]quoting {
	const token = "eyJhbGciOiJSUzI1NiJ9.eyJ" + canary + "." + canary
	role := AssumeRoleWithWebIdentity{RoleARN: "arn:aws:iam::987654321098:role/deploy"}
	quotings := map[string]quoting{}
	for name, swapped := range map[string]func(*testing.T) Config{
		"block": func(*testing.T) Config { return Config{AccessKey: canarySecret, SecretKey: "AKIAEXAMPLE"} },
		"environment": func(t *testing.T) Config {
			t.Setenv("AWS_ACCESS_KEY_ID", canarySecret)
			t.Setenv("AWS_SECRET_ACCESS_KEY", "AKIAEXAMPLE")
			return Config{}
		},
		"file": func(t *testing.T) Config {
			return Config{SharedCredentialsFiles: []string{writeFile(t, "[default]\naws_access_key_id = "+canarySecret+"\naws_secret_access_key = AKIAEXAMPLE\n")}}
		},
	} {
		quotings["keys are swapped/"+name] = quoting{func(t *testing.T) Config {
			cfg := swapped(t)
			url := newFakeAWS(t, func(c call) reply {
				said := "Credential must have exactly 5 slash-delimited elements, got: " + canarySecret + "/20260131/us-east-1/ecr/aws4_request"
				if c.Operation == "GetRepositoryPolicy" {
					return jsonError("IncompleteSignatureException", said)
				}
				return xmlError(400, "IncompleteSignature", strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(said))
			}).URL
			cfg.Endpoints = Endpoints{ECR: url, IAM: url, STS: url}
			return cfg
		}, []string{"slash-delimited"}}
	}
	for name, arrange := range map[string]func(*testing.T) Config{
		"block": func(*testing.T) Config {
			web := role
			web.WebIdentityTokenFile = token
			return Config{AssumeRoleWithWebIdentity: &web}
		},
		"environment for the block": func(t *testing.T) Config {
			t.Setenv("AWS_WEB_IDENTITY_TOKEN_FILE", token)
			return Config{AssumeRoleWithWebIdentity: &role}
		},
		"environment": func(t *testing.T) Config {
			t.Setenv("AWS_WEB_IDENTITY_TOKEN_FILE", token)
			t.Setenv("AWS_ROLE_ARN", role.RoleARN)
			return Config{}
		},
		"profile": func(t *testing.T) Config {
			return Config{SharedConfigFiles: []string{writeFile(t, "[default]\nrole_arn = "+role.RoleARN+"\nweb_identity_token_file = "+token+"\n")}}
		},
	} {
		quotings["token instead of its file/"+name] = quoting{arrange, []string{"web identity token", "path of a file"}}
	}
	return quotings
}

func writeAt(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
