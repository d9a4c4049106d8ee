listen "127.0.0.1:8443"
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  encoded_slash = "decode", merge_slashes = "no",
  path "/api" { encoded_backslash = true },
  path "/files" { encoded_slashes = "keep", merge_slashes = true },
}
