// SPDX-License-Identifier: MPL-2.0

package fault

import (
	"net/http"
	"net/http/httputil"
	"net/url"
)

// Proxy returns a handler that passes requests to a server unchanged, with their Host and
// their signature.
func Proxy(server *url.URL) http.Handler {
	return &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(server)
		r.Out.Host = r.In.Host
	}}
}
