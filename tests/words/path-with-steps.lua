listen "127.0.0.1:8443"
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  path "/a/../b" { },
  path "/files/./old" { },
  exact "/a/.." { },
  path "/a/%2e%2E/c" { },
  glob "/u/*/../keys" { },
  path "/../up" { },
}
