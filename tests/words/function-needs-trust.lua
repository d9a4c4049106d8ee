listen "127.0.0.1:8443"
site "a.example" { key = "a", upstream = "http://127.0.0.1:1",
  request = function(req) return need_certificate {} end,
}
