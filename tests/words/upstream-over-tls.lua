listen "127.0.0.1:8443"
trust "backend" { ca = "backend-ca.pem" }
site "a.example" { key = "a",
  upstream = { "https://10.0.0.7", "https://b.internal", trust = "backedn" },
  path "/b" { upstream = { "https://b.internal", "http://10.0.0.7" } },
  path "/c" { upstream = { "http://10.0.0.7", trust = "backend" } },
  path "/d" { upstream = { "https://b.internal", key = 7 } },
  path "/e" { upstream = { "https://b.internal", name = "b internal" } },
  path "/f" { upstream = { "https://b.internal", verify = false } },
  path "/g" { upstream = { trust = "backend" } },
  path "/h" { upstream = { "https://a", targets = { "https://b" } } },
  path "/i" { upstream = { targets = "https://" } },
}
