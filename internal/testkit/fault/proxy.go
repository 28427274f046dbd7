package fault

import (
	"net/http"
	"net/http/httputil"
	"net/url"
)

// Proxy returns a handler that passes requests on to a server as they are: with
// their Host and their signature.
func Proxy(server *url.URL) http.Handler {
	return &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(server)
		r.Out.Host = r.In.Host
	}}
}
