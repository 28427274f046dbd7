// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// This file serves pulls: tokens, the HTTP API of registries, and layers in place of Amazon
// S3. A request over HTTP is authorized as the call of the API that does the same: see
// authorizeRepository. So, as there, a user's own policies and those of a caller in the
// account of the registry are not evaluated, and no policy of a VPC endpoint is.

// tokenLifetime is how long an authorization token is valid.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html
const tokenLifetime = 12 * time.Hour

// getAuthorizationToken returns a token. Unlike that of ECR, the address of the registry is
// the emulator's own: it serves all registries and tells them apart by the header Host.
func (s *Server) getAuthorizationToken(req *request) (any, *apiError) {
	if !s.identityAllows(req.caller, req.operation, "*") {
		return nil, accessDenied(req, "*", "because no identity-based policy allows the ecr:GetAuthorizationToken action")
	}
	password := "password-" + strings.ToLower(s.newID("ECRT"))
	s.tokens[password] = registryToken{req.caller, req.region}
	return map[string]any{"authorizationData": []any{map[string]any{
		"authorizationToken": base64.StdEncoding.EncodeToString([]byte("AWS:" + password)),
		"expiresAt":          float64(time.Now().Add(tokenLifetime).Unix()),
		"proxyEndpoint":      s.url,
	}}}, nil
}

// registryPath begins the paths of the HTTP API of registries.
const registryPath = "/v2/"

var (
	registryHost    = regexp.MustCompile(`^([0-9]{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.`)
	registryContent = regexp.MustCompile(`^/v2/(.+)/(manifests|blobs)/([^/]+)$`)
)

// serveRegistry serves the part of the HTTP API that pulls need.
// Source: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#endpoints and
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html#registry_auth_http
func (s *Server) serveRegistry(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Docker-Distribution-Api-Version", "registry/2.0")
	_, password, _ := r.BasicAuth()
	token, known := s.tokens[password]
	host := registryHost.FindStringSubmatch(r.Host)
	path := registryContent.FindStringSubmatch(r.URL.Path)
	switch {
	case !known:
		w.Header().Set("Www-Authenticate", fmt.Sprintf(`Basic realm="%s/",service="ecr.amazonaws.com"`, s.url))
		http.Error(w, "Not Authorized", http.StatusUnauthorized)
	case len(host) > 0 && host[2] != token.region:
		refuse(w, http.StatusForbidden, "DENIED", "Your authorization token is not valid in this Region.")
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		refuse(w, http.StatusMethodNotAllowed, "UNSUPPORTED", "The emulator does not support pushes over HTTP.")
	case r.URL.Path == registryPath:
		s.requests["registry:Login"]++
	case path == nil:
		refuse(w, http.StatusNotFound, "NAME_UNKNOWN", "The emulator does not support this path.")
	default:
		repo := s.repositoryOfHost(host, path[1])
		if repo == nil {
			refuse(w, http.StatusNotFound, "NAME_UNKNOWN", fmt.Sprintf("The repository with name '%s' does not exist in the registry", path[1]))
			return
		}
		if path[2] == "manifests" {
			s.serveManifest(w, token, repo, path[3])
		} else {
			s.serveBlob(w, token, repo, path[3])
		}
	}
}

// repositoryOfHost returns the repository of the registry with a host; with any other host,
// as the emulator's own, the first repository with the name.
func (s *Server) repositoryOfHost(host []string, name string) *repository {
	if host != nil {
		if acct := s.accounts[host[1]]; acct != nil {
			return acct.registry(host[2]).repositories[name]
		}
		return nil
	}
	for _, account := range sortedKeys(s.accounts) {
		registries := s.accounts[account].registries
		for _, region := range sortedKeys(registries) {
			if repo := registries[region].repositories[name]; repo != nil {
				return repo
			}
		}
	}
	return nil
}

// mayDo counts an operation, and reports whether the owner of the token may perform it. If
// not, it responds.
func (s *Server) mayDo(w http.ResponseWriter, token registryToken, operation string, repo *repository) bool {
	s.requests[operation]++
	fault := s.authorizeRepository(&request{operation: operation, region: token.region, caller: token.caller}, repo)
	if fault != nil {
		refuse(w, http.StatusForbidden, "DENIED", fault.Message)
	}
	return fault == nil
}

func (s *Server) serveManifest(w http.ResponseWriter, token registryToken, repo *repository, reference string) {
	if !s.mayDo(w, token, "ecr:BatchGetImage", repo) {
		return
	}
	id := imageID{ImageTag: reference}
	if strings.HasPrefix(reference, "sha256:") {
		id = imageID{ImageDigest: reference}
	}
	found := repo.find(id)
	if found == nil || found.status != "" {
		refuse(w, http.StatusNotFound, "MANIFEST_UNKNOWN", "Requested image not found")
		return
	}
	w.Header().Set("Content-Type", found.mediaType)
	w.Header().Set("Docker-Content-Digest", found.digest)
	_, _ = w.Write([]byte(found.manifest)) // A client that has disconnected reads no error either.
}

func (s *Server) serveBlob(w http.ResponseWriter, token registryToken, repo *repository, digest string) {
	if !s.mayDo(w, token, "ecr:GetDownloadUrlForLayer", repo) {
		return
	}
	if _, found := repo.layers[digest]; !found {
		refuse(w, http.StatusNotFound, "BLOB_UNKNOWN", "Requested layer not found")
		return
	}
	w.Header().Set("Location", s.layerURL(repo, digest))
	w.WriteHeader(http.StatusTemporaryRedirect)
}

// refuse writes an error of the HTTP API.
// Source: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
func refuse(w http.ResponseWriter, status int, code, message string) {
	body, err := json.Marshal(map[string]any{"errors": []any{map[string]string{"code": code, "message": message}}})
	if err != nil {
		panic(fmt.Sprintf("encoding an error of the registry: %v", err))
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// serveLayer serves the address of a layer, as Amazon S3 does: without the policies of IAM
// and ECR, and to nobody who sends another authentication too.
func (s *Server) serveLayer(w http.ResponseWriter, r *http.Request) {
	s.count("s3:GetObject")
	arn, digest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, layersPath), "/sha256:")
	s.mu.Lock()
	content, found := s.layer(arn, "sha256:"+digest)
	s.mu.Unlock()
	switch {
	case r.Header.Get("Authorization") != "":
		writeBody(w, "application/xml", http.StatusBadRequest, []byte("<Error><Code>InvalidArgument</Code><Message>Only one auth mechanism allowed</Message></Error>"))
	case r.URL.Query().Get("X-Amz-Signature") != signature || !found:
		writeBody(w, "application/xml", http.StatusForbidden, []byte("<Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>"+requestID+"</RequestId></Error>"))
	default:
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(content))
	}
}

func (s *Server) layer(arn, digest string) (content string, found bool) {
	for _, account := range s.accounts {
		for _, registry := range account.registries {
			for _, repo := range registry.repositories {
				if repo.arn() == arn {
					content, found = repo.layers[digest]
				}
			}
		}
	}
	return content, found
}

// UploadLayer stores a layer, or the configuration of an image, and returns its digest.
func (s *Server) UploadLayer(accountID, region, name, content string) (digest string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	digest = digestOf(content)
	s.mustRepository(accountID, region, name).layers[digest] = content
	return digest
}

// PutManifest stores a manifest of any form under tags and returns its digest.
func (s *Server) PutManifest(accountID, region, name, mediaType, manifest string, tags ...string) (digest string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	repo := s.mustRepository(accountID, region, name)
	pushed := &image{manifest: manifest, mediaType: mediaType, digest: digestOf(manifest)}
	for _, tag := range append([]string{""}, tags...) {
		repo.push(pushed, tag)
	}
	return pushed.digest
}

// PushLayers stores an image for linux/amd64 with layers under a tag and returns its digest.
func (s *Server) PushLayers(accountID, region, name, tag string, layers ...string) (digest string) {
	const ociImage = "application/vnd.oci.image."
	describe := func(kind, content string) string {
		return fmt.Sprintf(`{"mediaType":%q,"digest":%q,"size":%d}`, ociImage+kind, s.UploadLayer(accountID, region, name, content), len(content))
	}
	var descriptors []string
	for _, layer := range layers {
		descriptors = append(descriptors, describe("layer.v1.tar", layer))
	}
	return s.PutManifest(accountID, region, name, ociImage+"manifest.v1+json", fmt.Sprintf(
		`{"schemaVersion":2,"mediaType":%q,"config":%s,"layers":[%s]}`, ociImage+"manifest.v1+json",
		describe("config.v1+json", `{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":[]}}`), strings.Join(descriptors, ","),
	), tag)
}
