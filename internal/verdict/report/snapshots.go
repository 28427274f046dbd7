package report

import (
	"fmt"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/lint"
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
	tagged, id := "with the tag "+printed.Value(image.Tag), "imageTag="+image.Tag
	if image.Digest != "" {
		tagged, id = "with the digest "+image.Digest, "imageDigest="+image.Digest
	}
	if o == verdict.ImageMissing {
		return fmt.Sprintf("Push an image %s to the repository %s, or correct the image.", tagged, repository.Name)
	}
	command := managed.Command("aws", "ecr", "update-image-storage-class", "--region", repository.Region, "--repository-name", repository.Name, "--image-id", id, "--target-storage-class", "STANDARD")
	return fmt.Sprintf("Restore the image %s in the repository %s: %s. It can be pulled when its status is ACTIVE, up to 20 minutes later. To push it again restores it, too.", tagged, repository.Name, printed.Message(command))
}
