portal.example {
	tls portal.pem portal.key {
		client_auth {
			mode require_and_verify
		}
	}
	reverse_proxy 127.0.0.1:8080
}
