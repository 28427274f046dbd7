// SPDX-License-Identifier: MPL-2.0

package report

import (
	"fmt"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/lint"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// ofSnapshot names what a snapshot of a side has: the thing that is looked for in it, and
// the argument of its data source that lists such things.
func ofSnapshot(j *verdict.Judgement, side verdict.Side) (kind, name, list, source string) {
	if side == verdict.Registry {
		return "repository", j.Repository().Name, "repositories", "ecrxa_registry_snapshot"
	}
	return "role", j.Principal().Name, "roles", "ecrxa_consumer_snapshot"
}

// unusedSnapshot says why a snapshot does not say what it should.
func unusedSnapshot(j *verdict.Judgement, f *lint.UnusedSnapshot) string {
	in := j.Input()
	snapshot, _ := in.SnapshotOf(f.Side)
	kind, name, _, _ := ofSnapshot(j, f.Side)
	readAt, account := printed.Name(snapshot.ReadAt), printed.Name(snapshot.Account)
	switch snapshot.Fault {
	case verdict.SnapshotTooOld:
		return fmt.Sprintf("was read at %s, and max_age is %s: it is older, so what it says is taken as unknown", readAt, printed.Name(snapshot.MaxAge))
	case verdict.SnapshotOfUnknownAge:
		return fmt.Sprintf("was read at %s, and it is not known yet whether it is older than max_age, so what it says is taken as unknown", readAt)
	case verdict.SnapshotLacks:
		return fmt.Sprintf("does not have the %s %s; it was read at %s in account %s%s", kind, name, readAt, account, suggestion(f.Nearest))
	case verdict.SnapshotNotKnown:
	}
	return "is not known yet, and so is all that it would say"
}

// readLater says that max_age says nothing of a snapshot.
func readLater(j *verdict.Judgement, side verdict.Side) string {
	in := j.Input()
	snapshot, _ := in.SnapshotOf(side)
	return fmt.Sprintf("was read at %s, which is later than the argument now (%s), so max_age cannot find that it is too old: correct now, or the clock of the machine that read it",
		printed.Name(snapshot.ReadAt), printed.Name(snapshot.ReadAfter))
}

// restoring says what the image was when the snapshot was read.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/restore-image.html
func restoring(j *verdict.Judgement) string {
	in := j.Input()
	return fmt.Sprintf("The image %s had the status ACTIVATING when registry_snapshot was read at %s: ECR was restoring it from the archive, which takes up to 20 minutes", imageWords(&in), printed.Name(in.RegistrySnapshot.ReadAt))
}

// imageWords names the image by its tag or digest.
func imageWords(in *verdict.Input) string {
	image, _ := awsname.ParseImage(in.Image) // it was read already
	if image.Digest != "" {
		return "with the digest " + image.Digest
	}
	return "with the tag " + printed.Value(image.Tag)
}

// upstreamAssumption says what must hold so that a pull through cache has the image.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-private.html
func upstreamAssumption(j *verdict.Judgement) string {
	const assumed = "Assumed, because this check does not judge it: ECR can fetch the image from the upstream of the pull through cache rule"
	in := j.Input()
	if in.RegistrySnapshot == nil || in.RegistrySnapshot.Upstream.Host == "" {
		return assumed + ", with the credentials or the role that the rule has."
	}
	upstream := &in.RegistrySnapshot.Upstream
	image := upstream.Host + "/" + upstream.Repository
	if upstream.RoleARN == "" {
		command := managed.Command("aws", "ecr", "validate-pull-through-cache-rule", "--region", j.Repository().Region, "--ecr-repository-prefix", upstream.Prefix)
		return fmt.Sprintf("%s, %s. If the upstream asks for credentials, %s checks those of the rule.", assumed, printed.Value(image), printed.Message(command))
	}
	sentence := fmt.Sprintf("%s, %s, with the role %s of the rule. The trust policy of the role must let pullthroughcache.ecr.amazonaws.com assume it.", assumed, printed.Value(image), printed.Value(upstream.RoleARN))
	if _, err := awsname.ParseImage(image); err != nil {
		return sentence
	}
	return sentence + fmt.Sprintf(" To judge its policies and those of the upstream, check with this image, with this role as role_arn, and with the actions %s.", wording.List(fetchActions, "and"))
}

// fetchActions are what the upstream, a registry of ECR, must grant to whoever caches.
var fetchActions = []string{"ecr:BatchGetImage", "ecr:BatchImportUpstreamImage", "ecr:GetDownloadUrlForLayer", "ecr:GetImageCopyStatus"}

// renewSnapshot says how the snapshot of a side comes to say what it should.
func renewSnapshot(j *verdict.Judgement, side verdict.Side) string {
	in := j.Input()
	snapshot, argument := in.SnapshotOf(side)
	kind, name, list, source := ofSnapshot(j, side)
	readAt, account := printed.Name(snapshot.ReadAt), printed.Name(snapshot.Account)
	again := fmt.Sprintf("run terraform apply in the configuration that has its data source %s, and then evaluate this check again", source)
	switch snapshot.Fault {
	case verdict.SnapshotTooOld:
		return fmt.Sprintf("Read the snapshot of account %s again: %s. It was read at %s, and max_age is %s. This time is rounded down, by default to the day: for a max_age below 48h, set read_at_precision of the data source.", account, again, readAt, printed.Name(snapshot.MaxAge))
	case verdict.SnapshotOfUnknownAge:
		return "Set max_age and now to what is known when the check is evaluated: plantimestamp() is known in every plan, and timestamp() is not."
	case verdict.SnapshotLacks:
		return fmt.Sprintf("Add the %s %s to %s of the snapshot of account %s: %s. Or correct %s.", kind, name, list, account, again, argumentOf(j, side))
	case verdict.SnapshotNotKnown:
	}
	return fmt.Sprintf("Set %s to what is known when the check is evaluated, as an output of another configuration or a data source without pending changes is.", argument)
}

func argumentOf(j *verdict.Judgement, side verdict.Side) string {
	if side == verdict.Registry {
		return imageArgument(j)
	}
	return "role_arn"
}

// provideImage says how the image comes to be there.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/restore-image.html
func provideImage(j *verdict.Judgement, o verdict.Obstacle) string {
	repository := j.Repository()
	image, err := awsname.ParseImage(j.Input().Image)
	if err != nil {
		return ""
	}
	in := j.Input()
	tagged, id := imageWords(&in), "imageTag="+image.Tag
	if image.Digest != "" {
		id = "imageDigest=" + image.Digest
	}
	if o == verdict.ImageMissing {
		return fmt.Sprintf("Push an image %s to the repository %s, or correct the image.", tagged, repository.Name)
	}
	command := managed.Command("aws", "ecr", "update-image-storage-class", "--region", repository.Region, "--repository-name", repository.Name, "--image-id", id, "--target-storage-class", "STANDARD")
	return fmt.Sprintf("Restore the image %s in the repository %s: %s. It can be pulled when its status is ACTIVE, up to 20 minutes later. To push it again restores it, too.", tagged, repository.Name, printed.Message(command))
}
