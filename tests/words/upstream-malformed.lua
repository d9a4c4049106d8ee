listen "127.0.0.1:8443"
site "a.example" { key = "a",
  upstream = { "http://127.0.0.1:8080", "http://127.0.0.1:8080/app" },
  path "/b" { upstream = "ftp://x" },
  path "/c" { upstream = "http://h:0" },
  path "/d" { upstream = "https://127.0.0.1/app" },
}
