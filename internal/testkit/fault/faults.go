// SPDX-License-Identifier: MPL-2.0

package fault

import (
	"net/http"
	"time"
)

// Error responds with an AWS error in the format of the called service, and does not
// execute the call.
func Error(status int, code, message string) Fault {
	return Fault{code, func(h *hit) response { return apiError(h.call, status, code, message) }}
}

// serviceError is an error with one code for ECR and another one for IAM and STS.
func serviceError(status int, code, queryCode, message string) Fault {
	return Fault{code, func(h *hit) response {
		if h.call.isJSON() {
			return apiError(h.call, status, code, message)
		}
		return apiError(h.call, status, queryCode, message)
	}}
}

// Throttling is the usual error for too many calls.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/CommonErrors.html and
// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
func Throttling() Fault {
	return serviceError(http.StatusBadRequest, "ThrottlingException", "Throttling", "Rate exceeded")
}

// TooManyRequests is another error for too many calls.
func TooManyRequests() Fault {
	return Error(http.StatusBadRequest, "TooManyRequestsException", "Too Many Requests")
}

// ServerError is a server error with status 500.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html and
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
func ServerError() Fault {
	return serviceError(http.StatusInternalServerError, "ServerException", "ServiceFailure", "The service failed while processing the request.")
}

// Unavailable is a server error with status 503.
func Unavailable() Fault {
	return serviceError(http.StatusServiceUnavailable, "ServiceUnavailableException", "ServiceUnavailable", "Service Unavailable. Please try again later.")
}

// Page responds with a status and an HTML page, like a proxy or a load balancer, and does
// not execute the call. Typical statuses are 429, 500, 502 and 503.
func Page(status int) Fault {
	page := htmlPage(status)
	return Fault{"bare " + http.StatusText(status), func(*hit) response { return page }}
}

// ExpiredCredentials is the error for expired credentials.
func ExpiredCredentials() Fault {
	const message = "The security token included in the request is expired"
	return Fault{"expired credentials", func(h *hit) response {
		if h.call.isJSON() {
			return apiError(h.call, http.StatusBadRequest, "ExpiredTokenException", message)
		}
		return apiError(h.call, http.StatusForbidden, "ExpiredToken", message)
	}}
}

// PrincipalNotFound is ECR's error for a policy with a role that does not exist, or that
// is not yet known everywhere.
// Source: https://github.com/hashicorp/terraform-provider-aws/issues/39064
func PrincipalNotFound() Fault {
	f := Error(http.StatusBadRequest, "InvalidParameterException",
		"Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Principal not found'")
	f.Kind = "principal not found"
	return f
}

// ResetBefore resets the connection and does not execute the call.
func ResetBefore() Fault {
	return Fault{"reset before", func(*hit) response { return response{ending: reset} }}
}

// ResetAfter executes the call and resets the connection instead of a response.
func ResetAfter() Fault {
	f := AfterEffect(ResetBefore())
	f.Kind = "reset after"
	return f
}

// StallBefore waits before it executes the call. If the client disconnects earlier, the
// call is not executed.
func StallBefore(d time.Duration) Fault {
	return Fault{"stall before", func(h *hit) response { return h.proceedAfter(d) }}
}

// StallAfter executes the call and waits before it responds.
func StallAfter(d time.Duration) Fault {
	return Fault{"stall after", func(h *hit) response {
		a := h.proceed()
		h.wait(d)
		return a
	}}
}

// Latency waits for a random time between shortest and longest before it executes the
// call.
func Latency(shortest, longest time.Duration) Fault {
	return Fault{"latency", func(h *hit) response {
		return h.proceedAfter(shortest + time.Duration(h.draw*float64(longest-shortest)))
	}}
}

// proceedAfter executes the call after d, if the client is still connected.
func (h *hit) proceedAfter(d time.Duration) response {
	if !h.wait(d) {
		return response{ending: reset}
	}
	return h.proceed()
}

// Truncated executes the call and ends the connection in the middle of the response
// body.
func Truncated() Fault {
	return Fault{"truncated body", func(h *hit) response {
		a := h.proceed()
		if a.ending == whole {
			a.ending = halfway
		}
		return a
	}}
}

// Garbled executes the call and responds with status 200 and an HTML page.
func Garbled() Fault {
	f := AfterEffect(Page(http.StatusOK))
	f.Kind = "garbled body"
	return f
}

// AfterEffect executes the call and then responds like f, a fault that normally does not
// execute the call.
func AfterEffect(f Fault) Fault {
	return Fault{f.Kind + " after effect", func(h *hit) response {
		h.proceed()
		return f.act(h)
	}}
}

// Meanwhile calls f before it executes the call. Writes by f, which bypass the layer, come
// between the client's last read and its write. The kind names f in Counts.
func Meanwhile(kind string, f func()) Fault {
	return Fault{kind, func(h *hit) response {
		f()
		return h.proceed()
	}}
}

// Afterwards executes the call and calls f before the response. Writes by f, which bypass
// the layer, come after the client's write. The kind names f in Counts.
func Afterwards(kind string, f func()) Fault {
	return Fault{kind, func(h *hit) response {
		a := h.proceed()
		f()
		return a
	}}
}
