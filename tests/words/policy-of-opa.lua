package policy
default allow = false
allow {
  input.method == "GET"
}
