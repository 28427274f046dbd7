// SPDX-License-Identifier: MPL-2.0

package fault

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"maps"
	"net"
	"net/http"
	"strconv"
)

// A response is what the client receives.
type response struct {
	status int
	header http.Header
	body   []byte
	ending ending
}

// An ending is what happens to the connection after a response.
type ending int

const (
	whole   ending = iota // the client receives the whole response
	halfway               // the connection ends in the middle of the body
	reset                 // the client receives a TCP reset instead of the response
)

// requestID is the request ID in every response that the layer makes itself.
const requestID = "00000000-0000-4000-8000-0000000fa017"

// htmlPage returns the response of a proxy or a load balancer.
func htmlPage(status int) response {
	return response{
		status: status,
		header: http.Header{"Content-Type": {"text/html"}},
		body:   []byte("<html><body><h1>" + strconv.Itoa(status) + " " + http.StatusText(status) + "</h1></body></html>\n"),
	}
}

// apiError returns an error response in the format of the call's service.
func apiError(c *call, status int, code, message string) response {
	r := response{status: status, header: http.Header{"X-Amzn-Requestid": {requestID}}}
	var err error
	if c.isJSON() {
		r.header.Set("Content-Type", "application/x-amz-json-1.1")
		r.body, err = json.Marshal(map[string]string{"__type": code, "message": message})
	} else {
		r.header.Set("Content-Type", "text/xml")
		r.body, err = xml.Marshal(errorResponse{Type: "Sender", Code: code, Message: message, RequestID: requestID})
	}
	if err != nil {
		panic(err) // Strings can always be encoded.
	}
	return r
}

// errorResponse is the error response of IAM and STS.
type errorResponse struct {
	XMLName   xml.Name `xml:"ErrorResponse"`
	Type      string   `xml:"Error>Type"`
	Code      string   `xml:"Error>Code"`
	Message   string   `xml:"Error>Message"`
	RequestID string   `xml:"RequestId"`
}

// send writes the response, or the part of it that the client receives.
func (r response) send(w http.ResponseWriter) {
	if r.ending == reset {
		resetConnection(w)
		return
	}
	maps.Copy(w.Header(), r.header)
	w.Header().Set("Content-Length", strconv.Itoa(len(r.body)))
	w.WriteHeader(r.status)
	if r.ending == halfway {
		_, _ = w.Write(r.body[:len(r.body)/2])
		_ = http.NewResponseController(w).Flush() // The connection ends in any case.
		panic(http.ErrAbortHandler)
	}
	_, _ = w.Write(r.body) // A client that has disconnected reads no error either.
}

// resetConnection ends the connection with a TCP reset.
func resetConnection(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if errors.Is(err, http.ErrNotSupported) {
		panic(http.ErrAbortHandler) // It ends the connection too.
	}
	if err != nil {
		return // It has ended already.
	}
	if tcp, isTCP := conn.(*net.TCPConn); isTCP {
		_ = tcp.SetLinger(0) // Without it, Close would end the connection normally.
	}
	_ = conn.Close()
}

// A recorder records the response of a handler.
type recorder struct{ response response }

func newRecorder() *recorder {
	return &recorder{response{status: http.StatusOK, header: http.Header{}}}
}

// Header implements http.ResponseWriter.
func (r *recorder) Header() http.Header { return r.response.header }

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) { r.response.status = status }

// Write implements http.ResponseWriter.
func (r *recorder) Write(body []byte) (int, error) {
	r.response.body = append(r.response.body, body...)
	return len(body), nil
}
