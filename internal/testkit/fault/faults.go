package fault

import (
	"net/http"
	"time"
)

// A Fault is what goes wrong with a call.
type Fault struct {
	Kind string // what it is called in counts
	act  func(*hit) answer
}

// A hit is one call as a fault gets hold of it.
type hit struct {
	layer   *Layer
	call    *call
	kind    string
	draw    float64       // from 0 up to 1, the call's own
	proceed func() answer // carries the call out and returns the answer
}

// wait blocks for d and reports whether the client is still there.
func (h *hit) wait(d time.Duration) bool {
	return h.layer.wait(h.call.http.Context(), d) == nil
}

// Error answers with an error of AWS's, in the form of the service that is
// called, and does not carry the call out.
func Error(status int, code, message string) Fault {
	return Fault{code, func(h *hit) answer { return apiError(h.call, status, code, message) }}
}

// serviceError is an error whose code is not the same for ECR as for IAM and STS.
func serviceError(status int, code, queryCode, message string) Fault {
	return Fault{code, func(h *hit) answer {
		if h.call.isECR() {
			return apiError(h.call, status, code, message)
		}
		return apiError(h.call, status, queryCode, message)
	}}
}

// Throttling is the usual refusal of too many calls.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/CommonErrors.html and
// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
func Throttling() Fault {
	return serviceError(http.StatusBadRequest, "ThrottlingException", "Throttling", "Rate exceeded")
}

// TooManyRequests is another refusal of too many calls.
func TooManyRequests() Fault {
	return Error(http.StatusBadRequest, "TooManyRequestsException", "Too Many Requests")
}

// ServerError is the service's own failure, with status 500.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html and
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
func ServerError() Fault {
	return serviceError(http.StatusInternalServerError, "ServerException", "ServiceFailure", "The service failed while processing the request.")
}

// Unavailable is the service's failure with status 503.
func Unavailable() Fault {
	return serviceError(http.StatusServiceUnavailable, "ServiceUnavailableException", "ServiceUnavailable", "Service Unavailable. Please try again later.")
}

// Page answers with a status and an HTML page, as a proxy or a load balancer
// does, and does not carry the call out: 429, 500, 502, 503.
func Page(status int) Fault {
	page := htmlPage(status)
	return Fault{"bare " + http.StatusText(status), func(*hit) answer { return page }}
}

// ExpiredCredentials is the answer to credentials whose time is up.
func ExpiredCredentials() Fault {
	const message = "The security token included in the request is expired"
	return Fault{"expired credentials", func(h *hit) answer {
		if h.call.isECR() {
			return apiError(h.call, http.StatusBadRequest, "ExpiredTokenException", message)
		}
		return apiError(h.call, http.StatusForbidden, "ExpiredToken", message)
	}}
}

// PrincipalNotFound is ECR's refusal of a policy while a role that it names is
// not yet known everywhere.
// Source: https://github.com/hashicorp/terraform-provider-aws/issues/39064
func PrincipalNotFound() Fault {
	f := Error(http.StatusBadRequest, "InvalidParameterException",
		"Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Principal not found'")
	f.Kind = "principal not found"
	return f
}

// ResetBefore resets the connection before the call is carried out.
func ResetBefore() Fault {
	return Fault{"reset before", func(*hit) answer { return answer{ending: reset} }}
}

// ResetAfter carries the call out and resets the connection in place of an answer.
func ResetAfter() Fault {
	f := AfterEffect(ResetBefore())
	f.Kind = "reset after"
	return f
}

// StallBefore waits before the call is carried out. A call whose client does not
// wait so long is not carried out.
func StallBefore(d time.Duration) Fault {
	return Fault{"stall before", func(h *hit) answer { return h.proceedAfter(d) }}
}

// StallAfter carries the call out and waits before the answer.
func StallAfter(d time.Duration) Fault {
	return Fault{"stall after", func(h *hit) answer {
		a := h.proceed()
		h.wait(d)
		return a
	}}
}

// Latency waits before the call is carried out, for a time between shortest and
// longest.
func Latency(shortest, longest time.Duration) Fault {
	return Fault{"latency", func(h *hit) answer {
		return h.proceedAfter(shortest + time.Duration(h.draw*float64(longest-shortest)))
	}}
}

// proceedAfter carries the call out after d, if the client is still there then.
func (h *hit) proceedAfter(d time.Duration) answer {
	if !h.wait(d) {
		return answer{ending: reset}
	}
	return h.proceed()
}

// Truncated carries the call out and ends the connection in the middle of the
// answer's body.
func Truncated() Fault {
	return Fault{"truncated body", func(h *hit) answer {
		a := h.proceed()
		if a.ending == whole {
			a.ending = halfway
		}
		return a
	}}
}

// Garbled carries the call out and answers with status 200 and a page of HTML.
func Garbled() Fault {
	f := AfterEffect(Page(http.StatusOK))
	f.Kind = "garbled body"
	return f
}

// AfterEffect carries the call out and then answers as another fault does that
// would have kept it from being carried out.
func AfterEffect(f Fault) Fault {
	return Fault{f.Kind + " after effect", func(h *hit) answer {
		h.proceed()
		return f.act(h)
	}}
}

// Meanwhile calls f before the call is carried out: what f writes, by a way
// around the layer, stands between the client's last read and its write. The kind
// says what f is.
func Meanwhile(kind string, f func()) Fault {
	return Fault{kind, func(h *hit) answer {
		f()
		return h.proceed()
	}}
}

// Afterwards carries the call out and calls f before the answer: what f writes, by
// a way around the layer, stands after the client's write. The kind says what f is.
func Afterwards(kind string, f func()) Fault {
	return Fault{kind, func(h *hit) answer {
		a := h.proceed()
		f()
		return a
	}}
}
