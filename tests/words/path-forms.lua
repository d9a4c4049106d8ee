listen "127.0.0.1:8443"
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  path "= /login" { },
  path "^~ /static" { },
  path "~* \\.php$" { },
  path "*.php" { },
  path "/api/{id}/keys" { },
  path "/api/:id/keys" { },
  path "/users/(%d+)" { },
  path "/a|/b" { },
  path '/a"b' { },
  glob "/files/**" { },
  glob "/static/*.css" { },
}
