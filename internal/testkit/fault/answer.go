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

// An answer is what the client gets.
type answer struct {
	status int
	header http.Header
	body   []byte
	ending ending
}

// An ending says how the connection goes on after an answer.
type ending int

const (
	whole   ending = iota // the client gets all of it
	halfway               // the connection ends in the middle of the body
	reset                 // the client gets a TCP reset in place of it
)

// requestID stands in every answer of the layer's own.
const requestID = "00000000-0000-4000-8000-0000000fa017"

// htmlPage is what a proxy or a load balancer answers.
func htmlPage(status int) answer {
	return answer{
		status: status,
		header: http.Header{"Content-Type": {"text/html"}},
		body:   []byte("<html><body><h1>" + strconv.Itoa(status) + " " + http.StatusText(status) + "</h1></body></html>\n"),
	}
}

// apiError is an error in the form of the call's service.
func apiError(c *call, status int, code, message string) answer {
	a := answer{status: status, header: http.Header{"X-Amzn-Requestid": {requestID}}}
	var err error
	if c.isECR() {
		a.header.Set("Content-Type", "application/x-amz-json-1.1")
		a.body, err = json.Marshal(map[string]string{"__type": code, "message": message})
	} else {
		a.header.Set("Content-Type", "text/xml")
		a.body, err = xml.Marshal(errorResponse{Type: "Sender", Code: code, Message: message, RequestID: requestID})
	}
	if err != nil {
		panic(err) // Texts can always be encoded.
	}
	return a
}

// errorResponse is how IAM and STS tell an error.
type errorResponse struct {
	XMLName   xml.Name `xml:"ErrorResponse"`
	Type      string   `xml:"Error>Type"`
	Code      string   `xml:"Error>Code"`
	Message   string   `xml:"Error>Message"`
	RequestID string   `xml:"RequestId"`
}

// send writes the answer, as far as the client gets it.
func (a answer) send(w http.ResponseWriter) {
	if a.ending == reset {
		resetConnection(w)
		return
	}
	maps.Copy(w.Header(), a.header)
	w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	w.WriteHeader(a.status)
	if a.ending == halfway {
		_, _ = w.Write(a.body[:len(a.body)/2])
		_ = http.NewResponseController(w).Flush() // The connection is ended either way.
		panic(http.ErrAbortHandler)
	}
	_, _ = w.Write(a.body) // The client that has gone away reads no error either.
}

// resetConnection ends the connection with a TCP reset.
func resetConnection(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if errors.Is(err, http.ErrNotSupported) {
		panic(http.ErrAbortHandler) // The nearest thing.
	}
	if err != nil {
		return // It has ended already.
	}
	if tcp, isTCP := conn.(*net.TCPConn); isTCP {
		_ = tcp.SetLinger(0) // Without it, Close would end the connection in an orderly way.
	}
	_ = conn.Close()
}

// A recorder keeps what a handler answers.
type recorder struct{ answer answer }

func newRecorder() *recorder {
	return &recorder{answer{status: http.StatusOK, header: http.Header{}}}
}

// Header implements http.ResponseWriter.
func (r *recorder) Header() http.Header { return r.answer.header }

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) { r.answer.status = status }

// Write implements http.ResponseWriter.
func (r *recorder) Write(body []byte) (int, error) {
	r.answer.body = append(r.answer.body, body...)
	return len(body), nil
}
