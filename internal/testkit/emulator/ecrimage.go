// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
)

// An imageID is ECR's ImageIdentifier structure.
type imageID struct {
	ImageDigest string `json:"imageDigest,omitempty"`
	ImageTag    string `json:"imageTag,omitempty"`
}

// An imageResponse is ECR's Image structure.
type imageResponse struct {
	RegistryID             string  `json:"registryId"`
	RepositoryName         string  `json:"repositoryName"`
	ImageID                imageID `json:"imageId"`
	ImageManifest          string  `json:"imageManifest"`
	ImageManifestMediaType string  `json:"imageManifestMediaType,omitempty"`
}

func (i *image) describe(repo *repository, tag string) imageResponse {
	return imageResponse{repo.registry.account, repo.name, imageID{i.digest, tag}, i.manifest, i.mediaType}
}

// digestOf returns the content digest of an image or a layer.
func digestOf(content string) string {
	return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(content)))
}

// putImage stores a manifest. Unlike ECR, it assumes that the layers in the manifest were
// uploaded.
func (s *Server) putImage(req *request) (any, *apiError) {
	var in struct {
		repositoryInput
		ImageManifest          string `json:"imageManifest"`
		ImageManifestMediaType string `json:"imageManifestMediaType"`
		ImageTag               string `json:"imageTag"`
	}
	if fault := req.decode(&in); fault != nil {
		return nil, fault
	}
	repo, fault := s.openRepository(req, in.RegistryID, in.RepositoryName)
	if fault != nil {
		return nil, fault
	}
	var manifest struct {
		MediaType string
		Layers    []struct{ Digest string }
	}
	if err := json.Unmarshal([]byte(in.ImageManifest), &manifest); err != nil {
		return nil, badRequest("InvalidParameterException", "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'")
	}
	pushed := &image{manifest: in.ImageManifest, mediaType: in.ImageManifestMediaType, digest: digestOf(in.ImageManifest)}
	if pushed.mediaType == "" {
		pushed.mediaType = manifest.MediaType
	}
	for _, layer := range manifest.Layers {
		repo.layers[layer.Digest] = placeholder
	}
	repo.push(pushed, in.ImageTag)
	return map[string]any{"image": pushed.describe(repo, in.ImageTag)}, nil
}

// push adds the image and moves the tag to it.
func (r *repository) push(pushed *image, tag string) {
	if existing := r.find(imageID{ImageDigest: pushed.digest}); existing != nil {
		pushed = existing
	} else {
		r.images = append(r.images, pushed)
	}
	if tag == "" {
		return
	}
	for _, other := range r.images {
		other.tags = slices.DeleteFunc(other.tags, func(t string) bool { return t == tag })
	}
	pushed.tags = append(pushed.tags, tag)
}

func (r *repository) find(id imageID) *image {
	for _, image := range r.images {
		if (id.ImageDigest == "" || id.ImageDigest == image.digest) && (id.ImageTag == "" || slices.Contains(image.tags, id.ImageTag)) {
			return image
		}
	}
	return nil
}

func (s *Server) batchGetImage(req *request) (any, *apiError) {
	var in struct {
		repositoryInput
		ImageIDs []imageID `json:"imageIds"`
	}
	if fault := req.decode(&in); fault != nil {
		return nil, fault
	}
	repo, fault := s.openRepository(req, in.RegistryID, in.RepositoryName)
	if fault != nil {
		return nil, fault
	}
	images, failures := []imageResponse{}, []any{}
	for _, id := range in.ImageIDs {
		if found := repo.find(id); found != nil && found.status == "" {
			images = append(images, found.describe(repo, id.ImageTag))
			continue
		}
		failures = append(failures, map[string]any{"imageId": id, "failureCode": "ImageNotFound", "failureReason": "Requested image not found"})
	}
	return map[string]any{"images": images, "failures": failures}, nil
}

const (
	// layersPath is the path at which the emulator serves layers, in place of Amazon S3.
	layersPath = "/layers/"
	// placeholder is the content of a layer that was not uploaded.
	placeholder = "a layer\n"
	// signature is in the address of a layer, in place of one of Amazon S3.
	signature = "signature-of-the-emulator"
)

// layerURL returns the address of a layer for whoever has it.
func (s *Server) layerURL(repo *repository, digest string) string {
	return s.url + layersPath + url.PathEscape(repo.arn()) + "/" + url.PathEscape(digest) + "?X-Amz-Signature=" + signature
}

func (s *Server) getDownloadURLForLayer(req *request) (any, *apiError) {
	var in struct {
		repositoryInput
		LayerDigest string `json:"layerDigest"`
	}
	if fault := req.decode(&in); fault != nil {
		return nil, fault
	}
	repo, fault := s.openRepository(req, in.RegistryID, in.RepositoryName)
	if fault != nil {
		return nil, fault
	}
	if _, found := repo.layers[in.LayerDigest]; !found {
		return nil, badRequest("LayersNotFoundException",
			fmt.Sprintf("The layer with digest '%s' does not exist in the repository with name '%s' in the registry with id '%s'", in.LayerDigest, repo.name, repo.registry.account))
	}
	return map[string]string{"downloadUrl": s.layerURL(repo, in.LayerDigest), "layerDigest": in.LayerDigest}, nil
}
