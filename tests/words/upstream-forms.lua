listen "127.0.0.1:8443"
site "portal.example" {
  key = "portal",
  upstream = {
    "10.0.0.1:8080", "//backend", ":8080", "tcp://10.0.0.3:80", "HTTP://10.0.0.4",
    "http:/10.0.0.4", "http://unix:/run/app.sock", "/run/app.sock",
    "ws://10.0.0.5", "http://ada:pw@10.0.0.6", "http://::1:80",
    "http://a.example, http://b.example", "http://backend servers",
    "http://${backend}", "fastcgi://127.0.0.1:9000",
  },
  path "/a" { upstream = { "http://10.0.0.1", weight = 3, verify = false } },
}
