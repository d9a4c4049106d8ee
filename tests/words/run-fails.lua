local ports = { tls = 8443 }
listen("127.0.0.1:" .. ports.https)
